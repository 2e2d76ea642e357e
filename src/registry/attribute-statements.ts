/** Attribute statements of a SAML application: what its assertions say of a user beside the NameID. */
import * as z from 'zod';
import { type Fact, isKnown, known } from '../protocol/rule.js';
import { AttributeExpression, type Person, readExpression, valuesOf } from './expression-names.js';
import { evaluate } from './expressions/evaluate.js';
import { asText, type Outcome } from './expressions/expression.js';
import { filteredGroups, GroupFilterType, problemOfPattern } from './group-filter.js';

const AttributeNameFormat = z.enum([
  'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified',
  'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
  'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
]);

const shared = {
  name: z.string().max(512).regex(/\S/, 'is blank'),
  namespace: AttributeNameFormat.default('urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified'),
};

/** In Okta's members. */
export const AttributeStatement = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('EXPRESSION'),
    ...shared,
    values: z.array(AttributeExpression).min(1).max(100).describe('Expressions, such as user.email; a text in quotes.'),
  }),
  z
    .strictObject({
      type: z.literal('GROUP'),
      ...shared,
      filterType: GroupFilterType,
      filterValue: z.string().min(1).max(1024),
    })
    .superRefine(({ filterType, filterValue }, context) => {
      const message = filterType === 'REGEX' ? problemOfPattern(filterValue) : undefined;
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['filterValue'], message });
    }),
]);
export type AttributeStatement = z.infer<typeof AttributeStatement>;

/** An attribute as an assertion carries it. */
export interface SamlAttribute {
  readonly name: string;
  readonly nameFormat: string;
  readonly values: readonly string[];
}

export interface SamlAttributes {
  readonly attributes: readonly SamlAttribute[];
  /** A sentence for each value that its expression fails to give. */
  readonly problems: readonly string[];
}

/** Whom the attributes are about. */
export interface AttributedPerson extends Person {
  /** The person's name at the application, or why there is none. */
  readonly userName: Fact<string, string>;
  /** Names of the person's groups. */
  readonly groups: readonly string[];
}

function outcomesOf(statement: AttributeStatement, person: AttributedPerson): readonly Outcome[] {
  if (statement.type === 'GROUP') return filteredGroups(statement, person.groups);
  const values = valuesOf(person, known(person.userName));
  return statement.values.map((text) => {
    const expression = readExpression(text);
    return isKnown(expression) ? evaluate(expression, values) : expression;
  });
}

/** The attributes of a user. One without any value is left out, and so is a value that is empty. */
export function attributesOf(statements: readonly AttributeStatement[], person: AttributedPerson): SamlAttributes {
  const all = statements.map((statement) => ({ statement, outcomes: outcomesOf(statement, person) }));
  const attributes = all.map(({ statement: { name, namespace }, outcomes }) => ({
    ...{ name, nameFormat: namespace },
    values: outcomes.filter(isKnown).map(asText).filter(Boolean),
  }));
  const problems = all.flatMap(({ statement, outcomes }) =>
    outcomes.flatMap((one) => (isKnown(one) ? [] : [`attribute "${statement.name}": ${one.problem}`])),
  );
  return { attributes: attributes.filter(({ values }) => values.length > 0), problems };
}
