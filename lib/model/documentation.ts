/** What the admin API's operations and members mean, for `aws scep-connector <operation> help`. */
import type { OperationName } from '../../lambda/admin/api/operations.ts';

/** One or two sentences per operation. */
export const operationDocumentation: Readonly<Record<OperationName, string>> = {
  CreateConnector: 'Always refused: connectors are declared in the CDK app.',
  GetConnector: 'Returns a connector.',
  ListConnectors: 'Lists the connectors of this service.',
  DeleteConnector: 'Always refused: connectors are declared in the CDK app.',
  CreateChallenge:
    'Creates a challenge password, or with RotateFrom replaces one. The response contains the password.',
  DeleteChallenge:
    'Revokes a challenge. Devices that send it are refused from then on. Issued certificates stay valid.',
  GetChallengeMetadata: 'Returns a challenge without its password.',
  ListChallengeMetadata: 'Lists the challenges of a connector, without passwords.',
  GetChallengePassword:
    'Returns the password of a challenge. The audit log records each call with its caller.',
  ListTagsForResource: 'Lists the tags of a connector or a challenge.',
  TagResource: 'Adds tags to a connector or a challenge, or changes their values.',
  UntagResource: 'Removes tags from a connector or a challenge.',
  ListEnrolments:
    'Lists the outcomes of requests in the last 30 days, newest first. A page may be empty and have a NextToken.',
};

/** One sentence per member. A member means the same wherever it is. */
export const memberDocumentation: Readonly<Record<string, string>> = {
  AlternativeNames:
    'Patterns per kind of alternative name: dns, email, uri, ip or upn. A kind that is not named is refused.',
  Arn: 'The ARN.',
  CertificateAuthorityArn: 'The ARN of the CA.',
  Challenge: 'The challenge, with its password.',
  ChallengeArn: 'The ARN of a challenge.',
  ChallengeId: 'The id of the challenge that the request used.',
  ChallengeMetadata: 'The challenge, without its password.',
  Challenges: 'The challenges of the page.',
  ClientAddressHash: 'Tells the sources of counted refusals apart. It is not an address.',
  ClientToken:
    'The same token within five minutes gives the same challenge. Tools generate it if it is omitted.',
  Connector: 'The connector.',
  ConnectorArn: 'The ARN of a connector. Its last part may be the declared connectorId.',
  ConnectorId: 'The id of the connector in the CDK app and in its URL.',
  Connectors: 'The connectors of the page.',
  Constraints: 'Limits of the certificates that the challenge allows, within the profile.',
  Count: 'How many refusals of an hour the entry counts.',
  CreatedAt: 'The time of creation.',
  EndedAt: 'The time of the outcome.',
  Endpoint: 'The SCEP URL that devices use.',
  EnrolmentId: 'The fingerprint of the enrolment, the same for each retry of a request.',
  Enrolments: 'The outcomes of the page.',
  ExpiresAt: 'The challenge is refused from this time on: at most ten years ahead. Default: never.',
  FailInfo: 'The failInfo that the device received (RFC 8894).',
  MaxResults: 'The largest number of entries on a page: 1 to 1000.',
  MaxUses: 'How many certificates the challenge is good for: 1 to 1000. Default: any number.',
  Message: 'What is wrong, and what to do.',
  Name: 'A name for administrators: 1 to 64 printable characters.',
  NextToken: 'The token of the next page, good for an hour. It is absent on the last page.',
  Outcome: 'ISSUED or REFUSED.',
  OverlapSeconds:
    'With RotateFrom: how long the replaced challenge stays good. Default: a day. Maximum: 90 days.',
  Password: 'The challenge password. Treat it as a secret.',
  Reason: 'Why the request was refused: a code of docs/runbook.md.',
  Refused: 'The algorithm, messageType or key that was refused.',
  ResourceArn: 'The ARN of a connector or a challenge.',
  ResourceId: 'The id of the resource.',
  ResourceType: 'Connector or Challenge.',
  RotateFrom: 'The ARN of the challenge to replace. Its terms are copied.',
  SerialNumber: 'The serial number of the certificate, in hexadecimal.',
  Status: 'Always ACTIVE.',
  Subject:
    'In constraints: patterns per subject attribute, such as CN. In an enrolment: the requested subject.',
  TagKeys: 'The keys of the tags to remove.',
  Tags: 'Tags: keys and values.',
  TransactionId: 'The transactionID of the request.',
  Type: 'GENERAL_PURPOSE or INTUNE.',
  UpdatedAt: 'The time of the last change.',
  UsesLeft: 'How many certificates the challenge is still good for.',
  ValidityDays: 'The longest validity of a certificate in days, if it is less than the profile’s.',
};
