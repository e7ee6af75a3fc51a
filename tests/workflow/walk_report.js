// Clicks through a report as a reader would; gives what was seen.
(async () => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const until = async (found) => {
    for (let tries = 0; tries < 400; tries++) {
      const seen = found();
      if (seen) return seen;
      await new Promise((go) => setTimeout(go, 25));
    }
    throw new Error(`waited in vain for ${found}`);
  };
  const click = async (element) => {
    element.click();
    await new Promise((go) => setTimeout(go, 25)); // React draws
  };
  // The result that fills the window, and the width of its image.
  const shown = async () => {
    const seen = await until(() => document.querySelector("#app .grow img, #app iframe"));
    const isImage = seen.tagName === "IMG";
    if (isImage) await until(() => seen.complete);
    const source = seen.src.split("#")[0];
    const path = Object.keys(results).find((p) => results[p].data_uri === source);
    return { path, width: isImage ? seen.naturalWidth : null };
  };
  const folders = () => all("nav ul li a").filter((a) => a.innerText.trim() in categories);
  const home = async () => {
    await click(document.querySelector("nav ol a"));
    await until(() => folders().length && document.querySelector(".front"));
  };

  console.log = () => {}; // Snakemake logs the whole front each time that it is shown
  await until(() => document.querySelector(".front"));
  const walk = { claims: all(".front .claims tbody tr").length, linked: [], listed: {} };
  for (let i = 0; i < all(".front .index a").length; i++) {
    await click(all(".front .index a")[i]);
    walk.linked.push({ caption: document.querySelector("nav li.prose").innerText, ...(await shown()) });
    await home();
  }
  for (const name of folders().map((a) => a.innerText.trim())) {
    await click(folders().find((a) => a.innerText.trim() === name));
    walk.listed[name] = [];
    const switches = all("nav input[type=radio]").length || 1;
    for (let state = 0; state < switches; state++) {
      if (switches > 1) await click(all("nav input[type=radio]")[state]);
      for (let row = 0; row < all("nav tbody tr").length; row++) {
        const cells = all("nav tbody tr")[row];
        await click(cells.querySelector("a"));
        walk.listed[name].push({ title: cells.querySelector("td").innerText, ...(await shown()) });
      }
    }
    await home();
  }
  await click(all("nav li a").find((a) => a.innerText.trim() === "Statistics"));
  await until(() => ["#runtimes", "#timeline"].every((plot) => all(`${plot} canvas, ${plot} svg`).length));
  walk.fetched = performance.getEntriesByType("resource").map((entry) => entry.name);
  return walk;
})();
