/**
 * The package `scep-connector`: constructs for AWS CDK. Everything that an app declares is exported
 * here, and nothing else is public.
 */

export type { SigningAlgorithm } from '../lambda/config/settings.ts';
export type { Quirks } from '../lambda/message/quirks.ts';
export type { Profile } from '../lambda/policy/profile.ts';
export {
  ShortLivedRootAuthority,
  type ShortLivedRootAuthorityProps,
} from './cloud/certificate-authority.ts';
export type { ChallengeRotationDeclaration } from './cloud/challenge-rotation.ts';
export type { ConnectorDeclaration } from './cloud/connector-settings.ts';
export { DeclarationError, type DeclarationFault } from './cloud/declaration-error.ts';
export type { IntuneDeclaration } from './cloud/declared-intune.ts';
export type { DeviceThrottle } from './cloud/device-routes.ts';
export type { UsageMode } from './cloud/issuing-authority.ts';
export type { NdesAdminPageDeclaration } from './cloud/ndes-admin-page.ts';
export {
  type IScepConnector,
  ScepConnector,
  type ScepConnectorAttributes,
  type ScepConnectorProps,
} from './cloud/scep-connector.ts';
export { ScepService, type ScepServiceProps } from './cloud/scep-service.ts';
