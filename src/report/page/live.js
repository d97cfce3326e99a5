// Keeps a page up to date that is served while a run goes on: the server says when there is a newer one, and what differs in it takes
// the place of what was there. What does not differ stays as it is, with what was typed, opened and scrolled in it.
(() => {
  /** What stands between these is compared piece by piece. */
  const frames = 'main, .headline, .chapter';
  /** Pieces by their HTML as it came: scripts change them afterwards. */
  const sources = new Map();
  const keyOf = (piece) => piece.id || `${piece.tagName} ${piece.className}`;

  const remember = (piece) => {
    if (piece.matches(frames)) [...piece.children].forEach(remember);
    else sources.set(piece, piece.outerHTML);
  };

  /** The piece that is to stand there: the one that is there, where it says the same. */
  const chosen = (known, next) => {
    if (known?.matches(frames) && next.matches(frames)) {
      update(known, next);
      return known;
    }
    if (known !== undefined && sources.get(known) === next.outerHTML) return known;
    remember(next);
    return next;
  };

  const replace = (known, next) => {
    sources.delete(known);
    const opened = [...known.querySelectorAll('details')].map(({ open }) => open);
    known.remove();
    // The script of the page has to have seen them before they open.
    return () => next.querySelectorAll('details').forEach((details, i) => (details.open = opened[i] ?? false));
  };

  const update = (old, next) => {
    const before = new Map([...old.children].map((piece) => [keyOf(piece), piece]));
    let at = old.firstElementChild;
    for (const piece of [...next.children]) {
      const known = before.get(keyOf(piece));
      before.delete(keyOf(piece));
      const shown = chosen(known, piece);
      if (at === shown) {
        at = at.nextElementSibling;
        continue;
      }
      old.insertBefore(shown, at);
      if (shown === known) continue;
      if (at === known) at = at?.nextElementSibling ?? null;
      const open = known === undefined ? undefined : replace(known, shown);
      shown.dispatchEvent(new Event('shown', { bubbles: true }));
      open?.();
    }
    for (const gone of before.values()) gone.remove();
  };

  const outermost = ['header', 'nav', 'main'];
  const pieces = () => outermost.map((name) => document.querySelector(name));
  pieces().forEach(remember);

  const load = async () => {
    const answer = await fetch('/');
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    document.title = next.title;
    pieces().forEach((piece, i) => {
      const newer = next.querySelector(outermost[i]);
      const shown = chosen(piece, newer);
      if (shown !== piece) piece.replaceWith(shown);
    });
  };

  const status = document.querySelector('.live');
  let loading = Promise.resolve();
  const follow = () => {
    loading = loading.then(load).then(
      () => (status.textContent = 'Live: this page follows the run.'),
      () => (status.textContent = 'Not live: the page is as it was last.'),
    );
  };
  const events = new EventSource('/events');
  events.addEventListener('open', follow);
  events.addEventListener('message', follow);
  events.addEventListener('error', () => (status.textContent = 'Not live: the command that serves this page ended.'));
})();
