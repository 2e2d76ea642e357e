/** What every tab of an application's page is gathered from. */
import { findApplication } from '../../admin/applications.js';
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import type { ApplicationFrame } from '../../console/application-frame.js';
import type { Page } from '../../console/frame.js';
import { isSamlApp, type SamlApp } from '../../registry/application.js';
import type { ConsoleCall } from './page.js';

/** A call about one application that is there. */
export interface ApplicationCall extends ConsoleCall, ApplicationFrame {}

export const idOf = (call: ConsoleCall) => call.param('appId');

/** Shows a page of the application that the path names. */
export function ofApplication(
  call: ConsoleCall,
  show: (call: ApplicationCall) => Promise<Page | AdminRefusal> | Page | AdminRefusal,
): Promise<Page | AdminRefusal> | Page | AdminRefusal {
  const app = findApplication(call.view, idOf(call));
  return isAdminRefusal(app) ? app : show({ ...call, app });
}

/** The SAML application that the path names, or why it has no settings of SAML. An application keeps its sign-on mode. */
export function samlAppOf(call: ConsoleCall): SamlApp | AdminRefusal {
  const app = findApplication(call.view, idOf(call));
  if (isAdminRefusal(app)) return app;
  return isSamlApp(app)
    ? app
    : notValid('application', `${app.label} is an OIDC application: it has no SAML settings.`);
}

/** The lines of a field of several lines that have something in them. */
export function linesOf(text: string): readonly string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}
