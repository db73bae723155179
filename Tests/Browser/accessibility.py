# SPDX-License-Identifier: Apache-2.0
"""What would keep somebody from using the page: our own rules over Chromium's accessibility tree and the colours as they are drawn, and
axe-core's where its file is given."""
import pathlib

# WCAG 2.2: 1.4.3 and 1.4.11 contrast, 4.1.2 names, 1.3.1 structure, 2.1.1 keyboard, 2.5.8 size of targets.
SCRIPT = r"""
(() => {
  const found = [];
  const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const rgb = (text) => text.match(/[\d.]+/g).map(Number);
  const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const backOf = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, box = node.parentElement;
    if (!node.textContent.trim() || !box.checkVisibility() || ["SCRIPT", "STYLE"].includes(box.tagName)) continue;
    const style = getComputedStyle(box), a = light(rgb(style.color)), b = light(backOf(box));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
    if (ratio < (size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(1)}: ${node.textContent.trim().slice(0, 40)}`);
  }
  for (const box of document.querySelectorAll("button, summary, select, input:not([type=radio])")) {
    if (!box.checkVisibility()) continue;
    const size = box.getBoundingClientRect();
    if (size.width < 24 || size.height < 24) found.push(`too small to hit: ${box.outerHTML.slice(0, 60)}`);
  }
  const levels = [...document.querySelectorAll("h1,h2,h3,h4")].filter((h) => h.checkVisibility()).map((h) => +h.tagName[1]);
  if (levels.filter((l) => l === 1).length !== 1) found.push("there must be one h1");
  levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) found.push(`heading jumps from ${levels[i - 1]} to ${l}`); });
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  ids.forEach((id, i) => { if (ids.indexOf(id) !== i) found.push(`id twice: ${id}`); });
  for (const box of document.querySelectorAll("[for], [aria-describedby], [aria-labelledby]")) {
    if (!box.checkVisibility()) continue;
    for (const name of ["for", "aria-describedby", "aria-labelledby"]) for (const id of (box.getAttribute(name) || "").split(" ")) {
      if (id && !document.getElementById(id)) found.push(`${name} of nothing: ${id}`);
    }
  }
  for (const table of document.querySelectorAll("table")) {
    if (!table.checkVisibility()) continue;
    if ([...table.querySelectorAll("th")].some((th) => !th.scope) || !table.querySelector("th")) found.push("a table without headings");
  }
  for (const box of document.querySelectorAll("*")) {
    if (!box.checkVisibility() || box.scrollWidth <= box.clientWidth + 1 || !["auto", "scroll"].includes(getComputedStyle(box).overflowX)) continue;
    if (box !== document.documentElement && box.tabIndex < 0) found.push(`scrolls and has no place for the keyboard: ${box.outerHTML.slice(0, 60)}`);
  }
  for (const box of document.querySelectorAll("button, input:not([type=radio]), select")) {
    if (!box.checkVisibility()) continue;
    const a = light(rgb(getComputedStyle(box).borderTopColor)), b = light(backOf(box.parentElement));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 3) found.push(`contrast of a border ${ratio.toFixed(1)}: ${box.outerHTML.slice(0, 60)}`);
  }
  const named = [...document.querySelectorAll("section, [role=region]")].filter((box) => box.checkVisibility())
    .map((box) => box.getAttribute("aria-label") || document.getElementById(box.getAttribute("aria-labelledby"))?.textContent || "");
  if (named.some((name) => !name.trim())) found.push("a region without a name");
  if (!document.documentElement.lang) found.push("the page has no language");
  return found;
})()
"""


def serious(browser, axe=None):
    found = browser.run(SCRIPT)
    for node in browser.send("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        name = node.get("name", {}).get("value", "")
        if not node.get("ignored") and role in ("button", "textbox", "combobox", "radio", "spinbutton", "link", "DateTime") and not name.strip():
            found.append(f"a {role} without a name")
    if axe:
        if not browser.run("typeof axe === 'object'"):
            browser.run(pathlib.Path(axe).read_text() + "; true")
        for finding in browser.run("axe.run(document).then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                                   ".map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 80)).join(' ; ')))"):
            found.append(f"axe {finding}")
    return found
