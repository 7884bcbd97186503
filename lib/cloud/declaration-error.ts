/** The codes of faults in a declaration, for tests and tools. The message is for humans. */
export type DeclarationFault =
  | 'badDeclaration'
  | 'badConnectorId'
  | 'duplicateConnectorId'
  | 'tooManyConnectors'
  | 'rootPathTaken'
  | 'otherStack'
  | 'badCertificateAuthorityArn'
  | 'badSigningAlgorithm'
  | 'badUsageMode'
  | 'badWaitTime'
  | 'badProxies'
  | 'badRate'
  | 'badServiceId'
  | 'badAuthorityId'
  | 'noDashboard'
  | 'badReservedConcurrency'
  | 'badValidityDays'
  | 'badRotationInterval'
  | 'badProfile'
  | 'badNdesConstraints'
  | 'badNdesUsername'
  | 'badChallengeRotation'
  | 'badIntune'
  | 'settingsTooLarge';

/** A declaration that synthesis refuses. Its message says how to correct it. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError';
  readonly code: DeclarationFault;

  constructor(code: DeclarationFault, message: string) {
    super(message);
    this.code = code;
  }
}
