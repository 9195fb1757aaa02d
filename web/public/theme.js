// Before the first paint, so that a chosen theme never flashes.
try {
  const chosen = localStorage.getItem("entrepot.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // No storage: the system's own theme it is.
}
