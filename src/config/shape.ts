import type { GenericSchema } from 'valibot';

/** What a schema wants, as far as unknown keys and variables need to know. */
export type Shape =
  | { readonly kind: 'object'; readonly entries: Readonly<Record<string, GenericSchema>> }
  | { readonly kind: 'map'; readonly value: GenericSchema }
  | { readonly kind: 'list'; readonly item: GenericSchema }
  | { readonly kind: 'choice'; readonly options: readonly GenericSchema[] }
  | { readonly kind: 'boolean' | 'number' | 'text' };

// Valibot's general schema type does not tell what each kind of schema has; the `type` beside it does.
function shapeOf(schema: GenericSchema): Shape {
  if ('wrapped' in schema) return shapeOf(schema.wrapped as GenericSchema);
  if ('entries' in schema) {
    return { kind: 'object', entries: schema.entries as Readonly<Record<string, GenericSchema>> };
  }
  if (schema.type === 'record' && 'value' in schema) {
    return { kind: 'map', value: schema.value as GenericSchema };
  }
  if ('item' in schema) return { kind: 'list', item: schema.item as GenericSchema };
  if (schema.type === 'union' && 'options' in schema) {
    return { kind: 'choice', options: schema.options as readonly GenericSchema[] };
  }
  if (schema.type === 'boolean' || schema.type === 'number') return { kind: schema.type };
  return { kind: 'text' };
}

/** The shapes a value may have: one, or each of a choice. */
export function shapesOf(schema: GenericSchema): readonly Shape[] {
  const shape = shapeOf(schema);
  return shape.kind === 'choice' ? shape.options.flatMap(shapesOf) : [shape];
}

/** The schema at a path below an object schema; undefined if there is none. */
export function schemaAt(
  schema: GenericSchema,
  path: readonly string[],
): GenericSchema | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return schema;
  for (const shape of shapesOf(schema)) {
    if (shape.kind === 'map') return schemaAt(shape.value, rest);
    if (shape.kind !== 'object' || !Object.hasOwn(shape.entries, first)) continue;
    const below = shape.entries[first];
    if (below !== undefined) return schemaAt(below, rest);
  }
  return undefined;
}
