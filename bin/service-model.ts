/**
 * Writes models/scep-connector.json: run `node bin/service-model.ts` after a change of the admin
 * API.
 */
import { writeFileSync } from 'node:fs';
import { serviceModel } from '../lib/model/service-model.ts';

const path = new URL('../models/scep-connector.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(serviceModel, null, 2)}\n`);
