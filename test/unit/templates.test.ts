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
    [
      'Tornado, in Python',
      'self.static_url("a.css"), handler.static_url("b.css")',
      ['a.css', 'b.css'],
    ],
    ['Pyramid', "${request.static_url('a.css')}", ['a.css']],
    [
      'Handlebars',
      '{{asset "a.css"}}{{{asset \'b.css\'}}}{{~ asset "c.css" ~}}',
      ['a.css', 'b.css', 'c.css'],
    ],
    ['Handlebars, parameters', '{{asset "a.css" cdn inline=true}}', ['a.css']],
    [
      'Handlebars, within',
      '{{#if (asset "a.css")}}{{> icon src=(asset "b.svg") alt=(asset "c.svg")}}',
      ['a.css', 'b.svg', 'c.svg'],
    ],
    ['Go', '{{ asset "a.css" | safeURL }}', ['a.css']],
    ['a name with a slash in front, as it stands', '{% static "/a.css" %}', ['/a.css']],
    ['in a comment of HTML, where engines run', '<!-- {% static "a.css" %} -->', ['a.css']],
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
    '{{asset name}}',
    '{{asset this.icon}}',
    '{{> icon src=(asset (concat "img/" name))}}',
    'handler.static_url(path)',
    'request.static_url("app:static/a.css")',
    "{{ asset('https://cdn.example/a.css') }}",
    '{% static "img/" %}',
  ])('%s is known only when it runs', (text) => {
    expect(findAskedNames(text)).toMatchObject({ asked: [], dynamic: 1 });
  });

  it.each([
    '{% load static %}',
    'my_asset("a.css")',
    'x.asset("a.css")',
    "url_for('index')",
    '{{ asset }}',
    '{{ asset if small else large }}',
    '<p>(static files)</p>',
    '(asset "a.css")',
  ])('%s asks for none', (text) => {
    expect(findAskedNames(text)).toEqual({ asked: [], dynamic: 0 });
  });

  it('are told with their place, in order', () => {
    const { asked } = findAskedNames('<p>\n {{ asset("b.css") }}\n{% static "a.css" %}');
    expect(asked).toEqual([
      { name: 'b.css', line: 2, column: 11 },
      { name: 'a.css', line: 3, column: 11 },
    ]);
  });
});

describe('what a template engine leaves alone asks for none', () => {
  const gone = '{% static "gone.css" %}';
  it.each([
    ['Django and Jinja', `{# ${gone} #}`],
    ['Jinja, over several lines', `{#-\n${gone}\n-#}`],
    ['Django, a block', `{% comment "why" %}\n${gone}\n{% endcomment %}`],
    ['Django, a block within a block', `{% comment %}{% if x %}${gone}{% endif %}{% endcomment %}`],
    ['Django, verbatim', `{% verbatim %}${gone}{% endverbatim %}`],
    ['Jinja, raw', `{%- raw -%}{# ${gone}{%- endraw -%}`],
    [
      'Handlebars',
      '{{! asset "gone.css" }}{{!-- {{asset "gone.css"}} --}}{{~!-- {{asset x}} --~}}',
    ],
    ['Blade', "{{-- {{ asset('gone.css') }} --}}"],
    ['EJS and ERB', "<%# asset('gone.css') %>"],
    ['JSP', "<%-- <%= asset('gone.css') %> --%>"],
  ])('%s', (_, text) => {
    const { asked, dynamic } = findAskedNames(`${text}{% static "a.css" %}`);
    expect({ names: asked.map(({ name }) => name), dynamic }).toEqual({
      names: ['a.css'],
      dynamic: 0,
    });
  });

  it('and changes no place', () => {
    expect(findAskedNames('{#\né😀\n#}é {% static "a.css" %}').asked).toEqual([
      { name: 'a.css', line: 3, column: 15 },
    ]);
  });
});

describe('what looks like a comment and is none hides nothing', () => {
  const real = '{% static "a.css" %}';
  it.each([
    ['in a string of a tag', `{{ "{#" }}${real}{# x #}`],
    ['in a string of a tag of Django', `{% trans "{#" %}${real}{# x #}`],
    ['in a string of EJS', `<%= '{#' %>${real}{# x #}`],
    ['in a call', `{{ asset("a.css", "{#") }}{# x #}`],
    ['without an end', `{# ${real}`],
    ['a block without an end', `{% comment %}${real}`],
    ['Handlebars without an end', `{{!-- x }}${real}`],
    ['a section of Handlebars', `{{#if x}}${real}{{/if}}#}`],
    [
      'over several lines, in Django',
      `{% load static %}<style>@media print{#nav{}}\n${real}</style>\n{# x #}`,
    ],
    ['a tag over several lines, in Django', `{% load static %}x={{\n${real} }}`],
    ['another tag', `{% comments %}${real}{% endcomment %}`],
  ])('%s', (_, text) => {
    expect(names(text)).toEqual(['a.css']);
  });
});
