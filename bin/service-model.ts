/**
 * Writes the model of the admin API for AWS's tools, and its paginators: run `node
 * bin/service-model.ts` after a change of the admin API.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { paginators, serviceModel } from '../lib/model/service-model.ts';

const folder = new URL(
  `../models/scep-connector/${serviceModel.metadata.apiVersion}/`,
  import.meta.url,
);
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries({
  'service-2.json': serviceModel,
  'paginators-1.json': paginators,
}))
  writeFileSync(new URL(name, folder), `${JSON.stringify(content, null, 2)}\n`);
