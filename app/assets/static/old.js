// Read only by browsers without modules, on which the form cannot run: leads to the page that says
// what to do instead.
if (location.search !== "?help") location.replace("?help");
