// htmx alone, loaded by site.js only on pages that carry an hx- attribute. Its settings stand in base.html (meta htmx-config).
import htmx from "htmx.org";

window.htmx = htmx;
