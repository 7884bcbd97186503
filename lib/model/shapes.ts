/** The admin API's shapes for AWS's tools, in the form of botocore's models. */

/** A shape in botocore's form. */
export type Shape = Readonly<Record<string, unknown>>;

const member = (shape: string) => ({ shape });
const inPath = (shape: string, locationName: string) => ({ shape, location: 'uri', locationName });
const inQuery = (shape: string, locationName: string) => ({
  shape,
  location: 'querystring',
  locationName,
});

const structure = (members: Shape, required: readonly string[] = []): Shape => ({
  type: 'structure',
  ...(required.length > 0 && { required }),
  members,
});

const fault = (httpStatusCode: number, ...more: readonly string[]): Shape => ({
  ...structure(Object.fromEntries(['Message', ...more].map((name) => [name, member('String')])), [
    'Message',
  ]),
  error: { httpStatusCode, ...(httpStatusCode < 500 && { senderFault: true }) },
  exception: true,
  ...(httpStatusCode >= 500 && { fault: true }),
});

const tagMap: Shape = { type: 'map', key: member('String'), value: member('String') };
const listOf = (shape: string): Shape => ({ type: 'list', member: member(shape) });
const pages = {
  MaxResults: inQuery('MaxResults', 'MaxResults'),
  NextToken: inQuery('String', 'NextToken'),
};

const challenge = {
  Arn: member('String'),
  ConnectorArn: member('String'),
  CreatedAt: member('Timestamp'),
  UpdatedAt: member('Timestamp'),
  Name: member('String'),
  ExpiresAt: member('Timestamp'),
  MaxUses: member('Integer'),
  UsesLeft: member('Integer'),
  Constraints: member('Constraints'),
};

/** All shapes except the requests and responses. */
const parts: Readonly<Record<string, Shape>> = {
  String: { type: 'string' },
  SensitiveString: { type: 'string', sensitive: true },
  Integer: { type: 'integer', box: true },
  MaxResults: { type: 'integer', box: true, min: 1, max: 1000 },
  Timestamp: { type: 'timestamp' },
  ClientToken: { type: 'string', min: 1, max: 64, pattern: '[!-~]+' },
  Tags: tagMap,
  TagKeyList: listOf('String'),
  PatternList: listOf('String'),
  Patterns: { type: 'map', key: member('String'), value: member('PatternList') },
  Constraints: structure({
    Subject: member('Patterns'),
    AlternativeNames: member('Patterns'),
    ValidityDays: member('Integer'),
  }),
  ChallengeMetadata: structure(challenge),
  Challenge: structure({ ...challenge, Password: member('SensitiveString') }),
  ChallengeList: listOf('ChallengeMetadata'),
  Connector: structure({
    Arn: member('String'),
    CertificateAuthorityArn: member('String'),
    Type: member('String'),
    Status: member('String'),
    Endpoint: member('String'),
    ConnectorId: member('String'),
  }),
  ConnectorList: listOf('Connector'),
  Enrolment: structure({
    EndedAt: member('Timestamp'),
    Outcome: member('String'),
    Reason: member('String'),
    FailInfo: member('String'),
    Subject: member('String'),
    SerialNumber: member('String'),
    ChallengeId: member('String'),
    EnrolmentId: member('String'),
    TransactionId: member('String'),
    Refused: member('String'),
    Count: member('Integer'),
    ClientAddressHash: member('String'),
  }),
  EnrolmentList: listOf('Enrolment'),
};

/** The errors of lambda/admin/api/fault.ts and API Gateway. */
export const faults: Readonly<Record<string, Shape>> = {
  ValidationException: fault(400, 'Reason'),
  BadRequestException: fault(400),
  AccessDeniedException: fault(403),
  ResourceNotFoundException: fault(404, 'ResourceId', 'ResourceType'),
  ConflictException: fault(409, 'ResourceId', 'ResourceType'),
  ThrottlingException: fault(429),
  InternalServerException: fault(500),
};

const connectorArn = structure({ ConnectorArn: inPath('String', 'ConnectorArn') }, [
  'ConnectorArn',
]);
const challengeArn = structure({ ChallengeArn: inPath('String', 'ChallengeArn') }, [
  'ChallengeArn',
]);
const resourceArn = { ResourceArn: inPath('String', 'ResourceArn') };
const ofConnector = structure({ ...pages, ConnectorArn: inQuery('String', 'ConnectorArn') }, [
  'ConnectorArn',
]);
const page = (name: string, list: string): Shape =>
  structure({ [name]: member(list), NextToken: member('String') });

const requests: Readonly<Record<string, Shape>> = {
  CreateConnectorRequest: structure({ CertificateAuthorityArn: member('String') }),
  GetConnectorRequest: connectorArn,
  ListConnectorsRequest: structure(pages),
  DeleteConnectorRequest: connectorArn,
  CreateChallengeRequest: structure(
    {
      ConnectorArn: member('String'),
      ClientToken: { ...member('ClientToken'), idempotencyToken: true },
      Tags: member('Tags'),
      Name: member('String'),
      ExpiresAt: member('Timestamp'),
      MaxUses: member('Integer'),
      Constraints: member('Constraints'),
      RotateFrom: member('String'),
      OverlapSeconds: member('Integer'),
    },
    ['ConnectorArn'],
  ),
  DeleteChallengeRequest: challengeArn,
  GetChallengeMetadataRequest: challengeArn,
  ListChallengeMetadataRequest: ofConnector,
  GetChallengePasswordRequest: challengeArn,
  ListTagsForResourceRequest: structure(resourceArn, ['ResourceArn']),
  TagResourceRequest: structure({ ...resourceArn, Tags: member('Tags') }, ['ResourceArn', 'Tags']),
  UntagResourceRequest: structure({ ...resourceArn, TagKeys: inQuery('TagKeyList', 'tagKeys') }, [
    'ResourceArn',
    'TagKeys',
  ]),
  ListEnrolmentsRequest: ofConnector,
};

const responses: Readonly<Record<string, Shape>> = {
  CreateConnectorResponse: structure({ ConnectorArn: member('String') }),
  GetConnectorResponse: structure({ Connector: member('Connector') }),
  ListConnectorsResponse: page('Connectors', 'ConnectorList'),
  CreateChallengeResponse: structure({ Challenge: member('Challenge') }),
  GetChallengeMetadataResponse: structure({ ChallengeMetadata: member('ChallengeMetadata') }),
  ListChallengeMetadataResponse: page('Challenges', 'ChallengeList'),
  GetChallengePasswordResponse: structure({ Password: member('SensitiveString') }),
  ListTagsForResourceResponse: structure({ Tags: member('Tags') }),
  ListEnrolmentsResponse: page('Enrolments', 'EnrolmentList'),
};

/** All shapes by name. */
export const shapes = { ...parts, ...faults, ...requests, ...responses };
