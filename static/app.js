/* app.js — what the pages can do beyond plain HTML. Each module stands by itself; without any of them every page still works. */
import 'htmx.org';
import './choose.js';
import './confirm.js';
import './failed.js';
import './keys.js';
import './menus.js';
import './once.js';
import './pick.js';
import './poll.js';
import './rows.js';
import './tables.js';
import './unsaved.js';
import './upload.js';

document.documentElement.classList.add('js');
