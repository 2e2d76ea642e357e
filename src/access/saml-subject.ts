/** Who a user is at a SAML application, from one view: NameID, attributes, and what goes with them. */
import type { Fact } from '../protocol/rule.js';
import type { Application, SamlApp } from '../registry/application.js';
import { attributesOf, type SamlAttributes } from '../registry/attribute-statements.js';
import type { Person } from '../registry/expression-names.js';
import { type Group, groups, memberships } from '../registry/group.js';
import { type NameId, nameIdOf } from '../registry/name-id.js';
import { type OrgSettings, orgSettings } from '../registry/org-settings.js';
import { samlIssuerOf } from '../registry/saml-settings.js';
import type { User } from '../registry/user.js';
import { applicationUsername } from '../registry/username-format.js';
import type { Reader } from '../store/port.js';
import { assignedUserName } from './assignment-check.js';

/** The user as expressions see one. */
export function personOf(view: Reader, user: User): Person {
  return { user, orgName: (view.list(orgSettings)[0] as OrgSettings).name };
}

/**
 * The user's name at the application, or why there is none. What knows its users by no format knows them by login.
 * @param assigned the name that stands in the user's assignment
 */
export function userNameAt(
  view: Reader,
  { id, saml }: Application,
  user: User,
  assigned = assignedUserName(view, id, user.id),
): Fact<string, string> {
  return saml ? applicationUsername(saml, personOf(view, user), assigned) : (assigned ?? user.profile.login);
}

/** The NameID of the user at the application, or why there is none; undefined for an application without SAML. */
export function nameIdAt(view: Reader, { id, saml }: Application, user: User): Fact<NameId, string> | undefined {
  return saml && nameIdOf(saml, personOf(view, user), assignedUserName(view, id, user.id));
}

/** The attributes that the application's assertions have for the user. */
export function attributesAt(view: Reader, app: Application, user: User): SamlAttributes {
  const of = view.findBy(memberships, 'user', user.id).map(({ groupId }) => view.get(groups, groupId) as Group);
  return attributesOf(app.saml?.attributeStatements ?? [], {
    ...personOf(view, user),
    userName: userNameAt(view, app, user),
    groups: of.map(({ name }) => name),
  });
}

/** What every assertion of the application says, and what it says of the user besides the name. */
export function saidBy(view: Reader, app: SamlApp, user: User) {
  const { audience, authnContextClassRef: classRef } = app.saml;
  return { issuer: samlIssuerOf(app.saml), audience, classRef, attributes: attributesAt(view, app, user).attributes };
}
