/** What a failInfo of RFC 8894 3.2.1.4 says, and what usually cures it. */
export interface FailInfo {
  readonly name: string;
  readonly meaning: string;
  readonly fix: string;
}

/**
 * The five values of failInfo, by their decimal text on the wire. Others are errors (RFC 8894
 * 3.2.1.4).
 */
export const failInfos: ReadonlyMap<string, FailInfo> = new Map([
  [
    '0',
    {
      name: 'badAlg',
      meaning: 'an algorithm is unknown to the server or not allowed there',
      fix: 'use --cipher aes128 without --oaep, or ask the operator which algorithms are on',
    },
  ],
  [
    '1',
    {
      name: 'badMessageCheck',
      meaning: 'the message did not pass its integrity check',
      fix: 'run the command again, without a proxy that rewrites requests',
    },
  ],
  [
    '2',
    {
      name: 'badRequest',
      meaning: 'the request is not permitted',
      fix: 'check the challenge (right, unused, not expired), the subject and names, and the key size; or run the command again, because the RA certificate may have been renewed',
    },
  ],
  [
    '3',
    {
      name: 'badTime',
      meaning: 'the message’s time is too far from the server’s',
      fix: 'set this machine’s clock',
    },
  ],
  [
    '4',
    {
      name: 'badCertId',
      meaning: 'the server knows no such request or certificate',
      fix: 'remove request.der from the output folder and enrol anew',
    },
  ],
]);
