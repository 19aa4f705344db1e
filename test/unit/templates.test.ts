import { describe, expect, it } from 'vitest';
import { findAskedNames } from '../../src/templates.ts';

const names = (text: string) => findAskedNames(text).asked.map(({ name }) => name);

describe('names that a template asks for', () => {
  it.each([
    ['Django', '<link href="{% static "css/a.css" %}">', ['css/a.css']],
    ['Django, single quotes', "{% static 'css/a.css' %}", ['css/a.css']],
    ['Django, into a variable', '{% static "css/a.css" as style %}', ['css/a.css']],
    ['Jinja, blanks trimmed', '{%- static "a.css" -%}', ['a.css']],
    ['Jinja', "{{ static('a.css') }}", ['a.css']],
    ['Twig', "{{ asset('a.css') }} {{ asset('b.css', 'pkg') }}", ['a.css', 'b.css']],
    ['Tornado', '{{ static_url("a.css") }}', ['a.css']],
    ['Flask', "{{ url_for('static', filename='a.css') }}", ['a.css']],
    ['Flask, external', 'url_for("static", filename = "a.css", _external=True)', ['a.css']],
  ])('%s', (_, text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it.each([
    '{% static name %}',
    '{% static "img/"|add:name %}',
    "{{ asset('img/' ~ name) }}",
    "{{ asset('img/' + name + '.png') }}",
    "{{ url_for('static', filename=name) }}",
    'asset(`img/${name}`)',
    "{{ asset('img/{{ name }}.png') }}",
  ])('%s is known only when it runs', (text) => {
    expect(findAskedNames(text)).toMatchObject({ asked: [], dynamic: 1 });
  });

  it.each(['{% load static %}', 'my_asset("a.css")', 'x.asset("a.css")', "url_for('index')"])(
    '%s asks for none',
    (text) => {
      expect(findAskedNames(text)).toEqual({ asked: [], dynamic: 0 });
    },
  );

  it('are told with their place, in order', () => {
    const { asked } = findAskedNames('<p>\n {{ asset("b.css") }}\n{% static "a.css" %}');
    expect(asked).toEqual([
      { name: 'b.css', line: 2, column: 11 },
      { name: 'a.css', line: 3, column: 11 },
    ]);
  });
});
