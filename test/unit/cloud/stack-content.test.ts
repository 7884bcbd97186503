/** What the cost of a stack is computed from (bench/compare), counted in its template. */
import { it } from 'vitest';
import { stackContent } from '../../../bench/compare/prices.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

it('a stack with one connector has the secrets and alarms that docs/compare.md charges for', () => {
  const stack = newStack();
  declareConnector(stack, { service: new ScepService(stack, 'Service'), connectorId: 'phones' });
  const template = synthesizeStack(stack);
  template.resourceCountIs('AWS::SecretsManager::Secret', stackContent.secrets);
  template.resourceCountIs('AWS::CloudWatch::Alarm', stackContent.alarms);
});
