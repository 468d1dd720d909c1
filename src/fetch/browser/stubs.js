// Runs before every script of every frame: dialogs and pop-ups are answered and noted, the console is kept short, and it
// can be asked how many timers will fire soon. A page may undo all this; it then only harms what is noted of itself.
(() => {
  const most = 200, longest = 500, mostDialogs = 50, soon = 6000;
  const log = [];
  let dialogs = 0;
  const note = (kind, text) => {
    if (log.length >= most) return;
    let shown = '';
    try { shown = String(text).slice(0, longest); } catch { shown = '?'; }
    log.push([kind, shown]);
  };
  const dialog = (kind, answer) => function (text) {
    note(kind, text === undefined ? '' : text);
    if (++dialogs > mostDialogs) throw new Error('too many dialogs');
    return answer;
  };
  window.alert = dialog('alert', undefined);
  window.confirm = dialog('confirm', false);
  window.prompt = dialog('prompt', null);
  window.print = dialog('print', undefined);
  window.open = function (url) { dialog('open', null)(url); return null; };
  for (const kind of ['debug', 'log', 'info', 'warn', 'error']) {
    console[kind] = function (...words) {
      if (log.length < most) note(kind, words.slice(0, 10).map((word) => { try { return String(word).slice(0, longest); } catch { return '?'; } }).join(' '));
    };
  }
  window.addEventListener('error', (event) => { if (event.message) note('error', event.message); });
  const timers = new Set();
  const set = window.setTimeout.bind(window), clear = window.clearTimeout.bind(window);
  window.setTimeout = function (work, wait, ...rest) {
    if (typeof work !== 'function' || wait > soon) return set(work, wait, ...rest);
    const id = set(function () { timers.delete(id); return work.apply(window, arguments); }, wait, ...rest);
    timers.add(id);
    return id;
  };
  window.clearTimeout = function (id) { timers.delete(id); return clear(id); };
  Object.defineProperty(window, '__wangxun', { value: { log, waiting: () => timers.size } });
})();
