/** The workflow of a connector: a Step Functions Express workflow, started asynchronously. */
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { IssuanceWorkflow } from '../ports/issuance-workflow.ts';

/** The port on one state machine. Express workflows keep no names, so executions are unnamed. */
export const createIssuanceWorkflow = (
  client: Pick<SFNClient, 'send'>,
  stateMachineArn: string,
): IssuanceWorkflow => ({
  start: async ({ enrolmentId, attempt }) => {
    const input = JSON.stringify({ enrolmentId, attempt });
    await client.send(new StartExecutionCommand({ stateMachineArn, input }));
  },
});
