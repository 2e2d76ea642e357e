/** The JSON schema of the report, published for whoever reads one in another language. */
import * as z from 'zod';
import { Report } from '../report.js';

export function reportJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(Report);
  return { $schema, title: 'Report of mock-okta-xaa probe', ...schema };
}
