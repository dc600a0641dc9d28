// Shows a contract with Swagger UI; "Try it out" calls the mock that serves this page.
const isControl = new URLSearchParams(location.search).get("of") === "control";
document.getElementById(isControl ? "of-control" : "of-api").setAttribute("aria-current", "page");

const ui = SwaggerUIBundle({
  url: isControl ? "/_mock/openapi.json" : "/_mock/contract.json",
  dom_id: "#docs",
  deepLinking: true,
  persistAuthorization: true,
  showExtensions: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => {
    const key = new URLSearchParams(location.search).get("key") ?? localStorage.getItem("milestones-mock.key") ?? "test-me";
    if (!isControl) ui.preauthorizeApiKey("bearer", key);
  },
});
