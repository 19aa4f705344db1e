import type { Case } from './case.ts';

export const scriptCases: readonly Case[] = [
  {
    title: 'source maps of JavaScript',
    files: {
      'cached/source_map.js': 'a();\n//# sourceMappingURL=source_map.js.map',
      'cached/source_map_sensitive.js': 'a();\n//# sOuRcEMaPpInGURL=source_map.js.map\n',
      'cached/source_map_trailing_whitespace.js':
        'a();\n//# sourceMappingURL=source_map.js.map\t \r\nb();',
      'cached/source_map_data_uri.js':
        'a();\n//# sourceMappingURL=data:application/json;base64,e30K\n',
      'cached/source_map_not.js':
        'a(); //# sourceMappingURL=no.map\n//@ sourceMappingURL=no.map\n/*# sourceMappingURL=no.map */\n//#  sourceMappingURL=no.map',
      'cached/source_map.js.map': '{}',
    },
    becomes: {
      'cached/source_map.js': 'a();\n//# sourceMappingURL=<cached/source_map.js.map>',
      'cached/source_map_sensitive.js': 'a();\n//# sOuRcEMaPpInGURL=source_map.js.map\n',
      'cached/source_map_trailing_whitespace.js':
        'a();\n//# sourceMappingURL=<cached/source_map.js.map>\nb();',
      'cached/source_map_data_uri.js':
        'a();\n//# sourceMappingURL=data:application/json;base64,e30K\n',
      'cached/source_map_not.js':
        'a(); //# sourceMappingURL=no.map\n//@ sourceMappingURL=no.map\n/*# sourceMappingURL=no.map */\n//#  sourceMappingURL=no.map',
    },
  },
  {
    title: 'ES modules, where they are rewritten',
    jsModules: true,
    files: {
      'cached/module.js': [
        'import rootConst from "/static/absolute_root.js";',
        'import testConst from "./module_test.js" ;',
        "import * as NewModule from './module_test.js';",
        'import*as m from "./module_test.js";',
        'import { testConst as alias } from "./module_test.js";',
        'import {\n  firstVar1 as firstVarAlias,\n  $second_var_2 as secondVarAlias,\n} from "./module_test.js";',
        'import relativeModule from "../nested/js/nested.js";',
        'const dynamicModule = import("./module_test.js");',
        'export * from "./module_test.js";',
        'export { testConst }\nfrom\n"./module_test.js";',
        'export*from "./none.js";',
        'import   "./module_test.js"  ;',
        'import("./module_test.js" /* later */);',
      ].join('\n'),
      'cached/module_test.js': 'export const testConst = "test";',
      'absolute_root.js': 'export default 1;',
      'nested/js/nested.js': 'export default null;',
    },
    becomes: {
      'cached/module.js': {
        'django-5.2': [
          'import rootConst from "/static/<absolute_root.js>";',
          'import testConst from "./<cached/module_test.js>";',
          'import * as NewModule from "./<cached/module_test.js>";',
          'import*as m from "./<cached/module_test.js>";',
          'import { testConst as alias } from "./<cached/module_test.js>";',
          'import {\n  firstVar1 as firstVarAlias,\n  $second_var_2 as secondVarAlias,\n} from "./<cached/module_test.js>";',
          'import relativeModule from "../nested/js/<nested/js/nested.js>";',
          'const dynamicModule = import("./<cached/module_test.js>");',
          'export * from "./<cached/module_test.js>";',
          'export { testConst } from "./<cached/module_test.js>";',
          'export*from "./none.js";',
          'import"./<cached/module_test.js>";',
          'import("./module_test.js" /* later */);',
        ].join('\n'),
        'django-6': [
          'import rootConst from "/static/<absolute_root.js>";',
          'import testConst from "./<cached/module_test.js>" ;',
          'import * as NewModule from "./<cached/module_test.js>";',
          'import*as m from "./<cached/module_test.js>";',
          'import { testConst as alias } from "./<cached/module_test.js>";',
          'import {\n  firstVar1 as firstVarAlias,\n  $second_var_2 as secondVarAlias,\n} from "./<cached/module_test.js>";',
          'import relativeModule from "../nested/js/<nested/js/nested.js>";',
          'const dynamicModule = import("./<cached/module_test.js>");',
          'export * from "./<cached/module_test.js>";',
          'export { testConst } from "./<cached/module_test.js>";',
          'export*from "./none.js";',
          'import"./<cached/module_test.js>"  ;',
          'import("./module_test.js" /* later */);',
        ].join('\n'),
      },
    },
  },
  {
    title: 'ES modules, where they are not',
    files: { 'a.js': 'import "./b.js";import("./none.js");', 'b.js': '' },
    becomes: { 'a.js': 'import "./b.js";import("./none.js");' },
  },
  {
    title: 'a package imported at run time',
    jsModules: true,
    files: { 'a.js': 'import("lodash");' },
    becomes: { 'a.js': { 'django-6': 'import("lodash");' } },
    refused: { 'django-5.2': "The file 'lodash' could not be found" },
  },
  {
    title: 'an export that reaches into the import after it, where that file comes first',
    jsModules: true,
    files: { 'a.js': 'export { a }\nimport b from "./lib/b.js";', 'lib/b.js': 'export default 1;' },
    becomes: {
      // The second pattern finds the hashed copy that the first has named, and gives it a hash again.
      'a.js': 'export { a }\nimport b from "./lib/b.{0}.{0}.js";'.replaceAll(
        '{0}',
        '<hash lib/b.js>',
      ),
    },
  },
  {
    title: 'an export that reaches into the import after it, where that file comes later',
    jsModules: true,
    files: { 'lib/a.js': 'export { a }\nimport b from "../b.js";', 'b.js': 'export default 1;' },
    refused: "The file 'b.",
  },
  {
    title: 'minified JavaScript and declarations of types are left as they are',
    jsModules: true,
    files: {
      'cached/highlight.pack.js':
        'var h={k:"import export from",e:/import|export/};function e(t){return t.replace(/from/g,"x")}h.i={b:"import",e:"$"};export{h as default};',
      'cached/myTypes.d.ts': 'import type { A } from "./nothing";\nexport * from "./nothing";\n',
    },
    becomes: {
      'cached/highlight.pack.js':
        'var h={k:"import export from",e:/import|export/};function e(t){return t.replace(/from/g,"x")}h.i={b:"import",e:"$"};export{h as default};',
      'cached/myTypes.d.ts': 'import type { A } from "./nothing";\nexport * from "./nothing";\n',
    },
  },
  {
    title: 'comments of JavaScript',
    jsModules: true,
    files: {
      'a.js':
        '// import "./none.js";\n/* import a from "./none.js"; */\nlet s = `import "./none.js";`;',
    },
    becomes: {
      'a.js': {
        'django-6':
          '// import "./none.js";\n/* import a from "./none.js"; */\nlet s = `import "./none.js";`;',
      },
    },
    refused: { 'django-5.2': "The file 'none.js' could not be found" },
  },
];
