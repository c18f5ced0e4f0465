export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quits API</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230f766e'/%3E%3Cpath d='M4 6h8M4 10h8' stroke='%23fff' stroke-width='2' stroke-linecap='round'/%3E%3C/svg%3E">
</head>
<body>
<div id="reference"></div>
<noscript>This page needs JavaScript. The document itself is at <a href="/docs/json">/docs/json</a>.</noscript>
<script src="/docs/reference/js/scalar.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`

/** Everything that would reach out to another server is off: the page works without a network. */
const configuration = {
  url: '/docs/json',
  theme: 'default',
  layout: 'modern',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  documentDownloadType: 'json',
  persistAuth: true,
  defaultOpenFirstTag: true,
  orderRequiredPropertiesFirst: false,
  orderSchemaPropertiesBy: 'preserve',
  authentication: { preferredSecurityScheme: 'bearer' },
  customCss: `
:root { --scalar-font: ui-sans-serif, system-ui, sans-serif; }
.light-mode { --scalar-color-accent: #0f766e; --scalar-background-accent: #0f766e14; }
.dark-mode { --scalar-color-accent: #5eead4; --scalar-background-accent: #5eead41f; }
`,
}

export const docsScript = `Scalar.createApiReference('#reference', ${JSON.stringify(configuration)})\n`
