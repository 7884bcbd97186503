/** What can be wrong with a declaration, for tests and tools; the message says it to people. */
export type DeclarationFault =
  | 'badConnectorId'
  | 'duplicateConnectorId'
  | 'tooManyConnectors'
  | 'rootPathTaken'
  | 'otherStack'
  | 'badCertificateAuthorityArn'
  | 'badUsageMode'
  | 'badWaitSeconds'
  | 'badProxies'
  | 'badRate'
  | 'badValidityDays'
  | 'badRotationDays'
  | 'badProfile'
  | 'badNdesUsername'
  | 'badChallengeRotation'
  | 'badIntune'
  | 'settingsTooLarge';

/** A declaration that synthesis refuses. The message says what to do about it. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError';
  readonly code: DeclarationFault;

  constructor(code: DeclarationFault, message: string) {
    super(message);
    this.code = code;
  }
}
