/** The pages of the browser leg: sign-in, the error page, the self-submitting form, signed out. Pure, no script needed. */
import { type Html, html } from '../html/html.js';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(24rem, 100vw - 3rem); padding: 2rem 0; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1rem; font-weight: 400; margin: .5rem 0; overflow-wrap: anywhere; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem .75rem; border-radius: .4rem; }
input { border: 1px solid GrayText; background: Field; color: FieldText; }
button { margin-top: 1.5rem; border: 0; background: #1a56c4; color: #fff; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid #f0a500; outline-offset: 2px; }
.wrong { border-left: .3rem solid #c02626; padding: .25rem .75rem; margin: 1rem 0; }
footer { margin-top: 2rem; font-size: .85rem; opacity: .8; }
`;

function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<main>
${body}
<footer>A mock Okta org, for testing only. Do not enter a real password.</footer>
</main>
</body>
</html>
`;
}

export interface SignInModel {
  readonly orgName: string;
  /** The application the user is on the way to. */
  readonly appLabel: string;
  readonly stateToken: string;
  /** Shown in the name field: the login hint, or what was typed before. */
  readonly username: string;
  readonly wrong: boolean;
}

/** @param action URL of the org's sign-in endpoint */
export function signInPage(model: SignInModel, action: string): Html {
  const describedBy = model.wrong ? html` aria-describedby="wrong" aria-invalid="true"` : undefined;
  return page(
    `${model.orgName} - Sign In`,
    html`<h1>Sign in to ${model.appLabel}</h1>
${model.wrong && html`<p class="wrong" id="wrong" role="alert">Unable to sign in: the user name or password is wrong, or the user is not active.</p>`}
<form method="post" action="${action}">
<input type="hidden" name="stateToken" value="${model.stateToken}">
<label for="username">Username</label>
<input id="username" name="username" value="${model.username}" autocomplete="off" autocapitalize="none" spellcheck="false" required${describedBy}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="off" required${describedBy}>
<button type="submit">Sign in</button>
</form>`,
  );
}

/** Okta's page for errors that must not be sent to the redirect URI. */
export function errorPage(orgName: string, error: string, description: string): Html {
  return page(
    `${orgName} - Bad Request`,
    html`<h1>Your request resulted in an error.</h1>
<h2 id="idp-type">Identity Provider: Unknown</h2>
<h2 id="error-code">Error Code: ${error}</h2>
<h2 id="error-description">Description: ${description}</h2>`,
  );
}

export function signedOutPage(orgName: string): Html {
  return page(`${orgName} - Signed out`, html`<h1>You are signed out.</h1>`);
}

/** Carries an authorization response to the client by POST. OAuth 2.0 Form Post Response Mode. */
export function formPostPage(action: string, values: readonly (readonly [string, string])[]): Html {
  const fields = values.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return page(
    'Continue',
    html`<h1>Back to the application</h1>
<form method="post" action="${action}" id="answer">${fields}<button type="submit">Continue</button></form>
<script>${{ markup: FORM_POST_SCRIPT }}</script>`,
  );
}

/** The only script of these pages; the door allows it by its hash. */
export const FORM_POST_SCRIPT = 'document.getElementById("answer").submit()';
