/** The template's parameters of Parameter Store. */
import { NotModelledError } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

/** CloudFormation refuses more in a standard parameter. */
const maxCharacters = 4096;

/** Sets every parameter; refuses a value that a standard parameter cannot hold. */
export const deployParameters = ({ resources, parameterStore }: Deployment): void => {
  for (const { physicalName, where, properties } of resources.ofType('AWS::SSM::Parameter')) {
    const value = String(properties.Value);
    if (value.length > maxCharacters)
      throw new NotModelledError(
        `${where}: a value of ${value.length} characters; AWS allows ${maxCharacters}`,
      );
    parameterStore.put(physicalName, value);
  }
};
