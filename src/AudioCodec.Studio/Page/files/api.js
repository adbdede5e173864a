// Requests to the server. The key of a server that demands one comes with the address (#key=…) and stays in this tab.
const given = new URLSearchParams(location.hash.slice(1)).get("key");
if (given) { sessionStorage.setItem("key", given); history.replaceState(null, "", location.pathname); }

export async function request(path, options = {}) {
  const key = sessionStorage.getItem("key");
  const response = await fetch("api/" + path, { ...options, headers: { ...options.headers, ...(key ? { Authorization: "Bearer " + key } : {}) } });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Error(problem.detail || `The server answered ${response.status}.`);
  }
  return response;
}

export const json = async (path, options) => (await request(path, options)).json();

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
