export default [
  {
    files: ["src/**/*.{js,jsx}"],
    languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: { eqeqeq: "error", "no-dupe-keys": "error" },
  },
];
