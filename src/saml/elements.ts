/** Finds elements in what was read: by namespace and name, and where one may stand only once, whether it does. */
import { type Fact, type Problem, problem } from '../protocol/rule.js';
import { NAMESPACE } from './names.js';
import type { XmlElement } from './read-xml.js';

type Prefix = keyof typeof NAMESPACE;

/** Whether it is the element of that namespace and name. */
export function isElement(element: XmlElement, namespace: Prefix, name: string): boolean {
  return element.namespace === NAMESPACE[namespace] && element.name === name;
}

/** Those of its children that are. */
export function childrenOf(element: XmlElement, namespace: Prefix, name: string): readonly XmlElement[] {
  return element.elements.filter((child) => isElement(child, namespace, name));
}

/** The only one of them; `several` where the schema has one. */
export function onlyChild(
  element: XmlElement,
  namespace: Prefix,
  name: string,
): XmlElement | undefined | Problem<'several'> {
  const [first, second] = childrenOf(element, namespace, name);
  return second === undefined ? first : problem('several');
}

/** The element and all below it. */
export function everyElement(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.elements.flatMap(everyElement)];
}

/** The text of an element that may have nothing but text in it, without blanks around. */
export function textOf(element: XmlElement): Fact<string, 'not-text' | 'empty'> {
  if (element.elements.length > 0) return problem('not-text');
  const text = element.text.trim();
  return text === '' ? problem('empty') : text;
}
