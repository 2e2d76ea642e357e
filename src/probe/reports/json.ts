/** The report as JSON: whole, for whoever computes with it. */
import type { Report } from '../report.js';

export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
