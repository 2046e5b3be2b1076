(function () {
  'use strict';
  // Data becomes text nodes, nothing else: no markup is ever made from it.
  const byId = (id) => document.getElementById(id);
  const parse = (id) => JSON.parse(byId(id).textContent);
  const LABELS = parse('labels');
  const FACTS = parse('facts');
  const PAGE = 25, CHUNK = 100, KEEP = 12, NO_WEIGHT = -1000000;
  const SVG = 'http://www.w3.org/2000/svg';
  const REASONS = ['low score', 'weak bridge', 'large cluster', 'evidence against', 'no scored link', 'across sources'];
  const ACROSS = 5;
  const STAMPS = ['created-at', 'updated-at'];
  const AGREEMENT = [['=', 'same'], ['≈', 'same but for writing'], ['≠', 'differs'], ['·', 'only one']];

  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    for (const child of children) if (child !== null && child !== '') element.append(child);
    return element;
  }
  function s(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  }
  const count = (n) => n.toLocaleString('en-GB');
  const bits = (w) => (w < -4.99 ? '−' : '+') + (Math.abs(w) / 100).toFixed(1);
  const exact = (w) => (w < 0 ? '−' : '+') + (Math.abs(w) / 100).toFixed(2);
  function percent(w) {
    const p = 100 / (1 + Math.pow(2, -w / 100));
    if (p > 99.99) return '> 99.99 %';
    if (p < 0.01) return '< 0.01 %';
    return p.toFixed(p > 99 || p < 1 ? 2 : 1) + ' %';
  }
  const words = (kind) => kind.replace(/-/g, ' ');
  const records = (n) => count(n) + (n === 1 ? ' record' : ' records');
  const bdi = (text) => h('bdi', {}, text);

  // One case from its strings and its flat list of numbers; the layout is that of embed.rs.
  function decode(raw) {
    const strings = raw[0], numbers = raw[1];
    let at = 0;
    const next = () => numbers[at++];
    const list = (one) => { const all = []; for (let n = next(); n > 0; n--) all.push(one()); return all; };
    const text = () => { const n = next(); return n ? strings[n - 1] : ''; };
    const label = () => { const n = next(); return n ? LABELS[n - 1] : ''; };
    const c = { customer: text(), risk: next(), weakest: next(), size: next() };
    c.members = list(() => ({ source: label(), key: text(), role: label() }));
    c.fields = list(() => ({
      kind: label(), agreement: next(), values: c.members.map(text),
      golden: list(() => { const value = text(), member = next(), o = label().split('\u001f');
        return { value, member, column: o[0], rule: o[1], transform: o[2] }; })
    }));
    c.links = list(() => ({
      left: next(), right: next(), prior: next(), weight: next(), verdict: next(), note: text(), rules: list(label),
      bars: list(() => { const level = label().split('\u001f');
        return { comparison: level[0], level: level[1], weight: next(), left: text(), right: text(), rarity: label() }; })
    }));
    c.reasons = list(text);
    return c;
  }

  const name = (member) => member.source + ':' + member.key;
  function title(c) {
    const value = (kind, i) => {
      const field = c.fields.find((f) => f.kind === kind);
      if (!field) return '';
      if (field.golden.length) return field.golden[0].value;
      return i === undefined ? field.values.find((v) => v) || '' : field.values[i];
    };
    const of = (i) => [value('given-name', i), value('family-name', i)].filter(Boolean).join(' ') ||
      value('full-name', i) || value('organization', i) || value('email', i);
    if (c.customer) return of() || c.customer;
    const names = c.members.map((m, i) => of(i) || name(m));
    return names[0] === names[1] ? names[0] : names.join('  ·  ');
  }

  // The characters of `text` that are not part of the longest common subsequence with `other`.
  function differing(text, other) {
    const a = Array.from(text), b = Array.from(other), w = b.length + 1;
    if (text === other || !a.length || !b.length || a.length * b.length > 90000) return null;
    const t = new Uint16Array((a.length + 1) * w);
    for (let i = a.length - 1; i >= 0; i--)
      for (let j = b.length - 1; j >= 0; j--)
        t[i * w + j] = a[i] === b[j] ? t[(i + 1) * w + j + 1] + 1 : Math.max(t[(i + 1) * w + j], t[i * w + j + 1]);
    // little in common: scattered equal letters say nothing, mark all
    if (t[0] * 2 < Math.max(a.length, b.length)) return [[true, text]];
    const runs = [];
    const push = (mark, sign) => {
      const last = runs[runs.length - 1];
      if (last && last[0] === mark) last[1] += sign; else runs.push([mark, sign]);
    };
    for (let i = 0, j = 0; i < a.length;) {
      if (j < b.length && a[i] === b[j]) { push(false, a[i]); i++; j++; }
      else if (j < b.length && t[i * w + j + 1] >= t[(i + 1) * w + j]) j++;
      else { push(true, a[i]); i++; }
    }
    // a letter or two between marks is chance
    for (let i = 1; i + 1 < runs.length; i++)
      if (!runs[i][0] && runs[i][1].length < 3 && runs[i - 1][0] && runs[i + 1][0]) {
        runs[i - 1][1] += runs[i][1] + runs[i + 1][1];
        runs.splice(i--, 2);
      }
    return runs;
  }
  function cell(value, other) {
    if (!value) return h('td', { class: 'none' }, h('span', { 'aria-label': 'missing' }, '–'));
    const box = h('bdi', {});
    const runs = other ? differing(value, other) : null;
    if (!runs) box.append(value);
    else for (const [mark, text] of runs) box.append(mark ? h('mark', {}, text) : text);
    return h('td', {}, box);
  }

  function sideBySide(c) {
    const merged = c.customer !== '';
    const two = c.members.length === 2;
    const head = h('tr', {}, h('th', { scope: 'col' }, 'Field'));
    if (merged) head.append(h('th', { scope: 'col', class: 'golden' }, 'Golden record', h('small', {}, 'what was kept, and why')));
    for (const m of c.members)
      head.append(h('th', { scope: 'col' }, h('code', {}, name(m)),
        m.role === 'primary' ? h('small', {}, 'gave most values') : ''));
    const body = h('tbody', {});
    for (const f of c.fields) {
      const from = f.golden.length ? f.golden[0].member : -1;
      const filled = f.values.findIndex((v) => v);
      const reference = from >= 0 && f.values[from] ? from : filled;
      const [sign, meaning] = AGREEMENT[f.agreement];
      // two records were written at two times: that they differ says nothing
      const telling = !STAMPS.includes(f.kind);
      const row = h('tr', { class: 'a' + f.agreement }, h('th', { scope: 'row' }, words(f.kind),
        telling ? h('small', { class: 'agree' }, h('span', { 'aria-hidden': 'true' }, sign + ' '), meaning) : ''));
      if (merged) {
        const box = h('td', { class: 'golden' });
        for (const g of f.golden) {
          const m = c.members[g.member];
          box.append(h('div', {}, bdi(g.value), h('small', {},
            'from ', h('code', {}, m ? name(m) : 'another record'), g.column ? ' · ' + g.column : '', ' · ' + g.rule,
            g.transform ? ' · ' + g.transform : '')));
        }
        if (!f.golden.length) box.append(h('small', {}, 'not part of the golden record'));
        row.append(box);
      }
      f.values.forEach((v, i) => row.append(
        cell(v, !telling ? '' : two ? f.values[1 - i] : i === reference ? '' : f.values[reference])));
      body.append(row);
    }
    return h('div', { class: 'scroll' }, h('table', { class: 'side' }, h('thead', {}, head), body));
  }

  function waterfall(c, link) {
    const bars = link.bars.filter((b) => b.weight !== 0 || (b.left && b.right));
    const silent = link.bars.filter((b) => !bars.includes(b));
    const sums = [0, link.prior];
    for (const b of bars) sums.push(sums[sums.length - 1] + b.weight);
    const low = Math.min(...sums, link.weight, 0) - 100, high = Math.max(...sums, link.weight, FACTS.match) + 100;
    const x = (w) => (100 * (w - low) / (high - low)).toFixed(2) + '%';
    const line = (kind, w) => s('line', { class: kind, x1: x(w), x2: x(w), y1: 0, y2: '100%' });
    const drawn = (from, to, kind) => {
      const svg = s('svg', { class: 'fall', 'aria-hidden': 'true' });
      const width = Math.max(100 * Math.abs(to - from) / (high - low), 0.5).toFixed(2) + '%';
      svg.append(line('axis', 0), line('threshold', FACTS.match),
        s('rect', { class: kind, x: x(Math.min(from, to)), width, height: 14, rx: 1.5 }));
      return h('td', { class: 'bar' }, svg);
    };
    const body = h('tbody', {});
    const row = (kind, what, detail, weight, from, to) => body.append(h('tr', { class: kind },
      h('th', { scope: 'row' }, what), h('td', {}, ...detail), h('td', { class: 'n' }, exact(weight)),
      drawn(from, to, kind === 'sum' ? 'total' : weight < 0 ? 'against' : 'for')));
    row('prior', 'prior', ['before looking at any field'], link.prior, 0, link.prior);
    let sum = link.prior;
    for (const b of bars) {
      const same = b.left === b.right;
      const detail = [b.level];
      if (b.left || b.right) detail.push(h('small', {}, bdi(b.left || '–'), same ? '' : ' ↔ ', same ? '' : bdi(b.right || '–')));
      if (b.rarity) detail.push(h('small', {}, b.rarity));
      row('', b.comparison, detail, b.weight, sum, sum + b.weight);
      sum += b.weight;
    }
    const verdict = ['non-match', 'review', 'match'][link.verdict] || '';
    row('sum', 'total', [percent(link.weight) + ' · ' + verdict], link.weight, 0, link.weight);
    const parts = [h('div', { class: 'scroll' }, h('table', { class: 'waterfall' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Evidence'), h('th', { scope: 'col' }, 'What was found'),
        h('th', { scope: 'col', class: 'n' }, 'Bits'), h('th', { scope: 'col', class: 'bar' }, h('span', { class: 'tkey' }, 'match threshold ' + bits(FACTS.match))))), body))];
    const notes = [];
    if (silent.length) notes.push('Missing, so no evidence: ' + silent.map((b) => b.comparison).join(', ') + '.');
    const margin = link.weight - FACTS.match;
    const needed = bars.filter((b) => b.weight > margin).map((b) => b.comparison);
    if (margin >= 0) notes.push('It stands ' + (margin / 100).toFixed(1) + ' bits above the match threshold' +
      (needed.length ? '; without ' + needed.join(', or without ') + ' it would fall below.' : '; no single field carries it alone.'));
    else notes.push('It stands ' + (-margin / 100).toFixed(1) + ' bits below the match threshold.');
    if (link.rules.length) notes.push('Compared because of: ' + link.rules.join('; ') + '.');
    else notes.push('No blocking rule proposes this pair.');
    parts.push(h('p', { class: 'quiet' }, notes.join(' ')));
    return parts;
  }

  function evidence(c) {
    const box = h('div', { class: 'evidence' });
    const links = c.links.slice().sort((a, b) => a.weight - b.weight);
    const pair = (l) => [h('code', {}, name(c.members[l.left])), ' ↔ ', h('code', {}, name(c.members[l.right]))];
    const heading = (l, i) => [links.length > 1 && i === 0 ? 'Weakest link: ' : links.length > 1 ? 'Link: ' : 'Evidence: ',
      ...pair(l), ' ', h('span', { class: 'quiet' }, bits(l.weight) + ' bits, ' + percent(l.weight))];
    links.forEach((l, i) => {
      if (l.note) box.append(h('p', { class: 'note' }, h('strong', {}, 'Decided by clustering: '), l.note));
      if (i === 0) box.append(h('h4', {}, ...heading(l, i)), ...waterfall(c, l));
      else {
        const more = h('details', {}, h('summary', {}, ...heading(l, i)));
        more.addEventListener('toggle', () => { if (more.open && more.children.length === 1) more.append(...waterfall(c, l)); });
        box.append(more);
      }
    });
    if (!links.length) box.append(h('p', { class: 'quiet' }, 'No scored link is known between these records.'));
    return box;
  }

  function card(c, open) {
    const level = c.risk >= 50 ? 'high' : c.risk >= 25 ? 'middle' : 'low';
    const summary = h('summary', {},
      h('span', { class: 'who' }, h('strong', {}, bdi(title(c))), ' ', h('code', {}, c.customer || c.members.map(name).join(' ↔ '))),
      h('span', { class: 'meta' }, c.customer ? h('span', {}, records(c.size)) : '',
        c.weakest === NO_WEIGHT ? '' : h('span', {}, (c.links.length > 1 ? 'weakest link ' : '') + bits(c.weakest) + ' bits, ' + percent(c.weakest)),
        c.customer ? h('span', { class: 'risk ' + level }, 'risk ' + c.risk) : ''),
      c.reasons.length && c.customer ? h('span', { class: 'reasons' }, ...c.reasons.map((r) => h('span', {}, r))) : '');
    const box = h('details', { class: 'case' }, summary);
    const fill = () => {
      if (box.children.length > 1) return;
      if (c.size > c.members.length) box.append(h('p', { class: 'note' },
        c.members.length + ' of ' + c.size + ' records are shown here; all are in merges.csv.'));
      box.append(sideBySide(c), evidence(c));
    };
    box.addEventListener('toggle', () => { if (box.open) fill(); });
    if (open) { fill(); box.open = true; }
    return box;
  }

  const folded = (text) => {
    const low = text.toLowerCase();
    return /[^\x00-\x7f]/.test(low) ? low.normalize('NFD').replace(/\p{M}/gu, '') : low;
  };

  function deck(host) {
    const id = host.dataset.deck;
    const index = parse(id + '-index');
    const n = index.order.length;
    const merges = id === 'merges';
    const cache = new Map();
    function chunk(k) {
      let found = cache.get(k);
      if (!found) {
        found = parse(id + '-' + k);
        cache.set(k, found);
        if (cache.size > KEEP) cache.delete(cache.keys().next().value);
      }
      return found;
    }
    const all = Uint32Array.from({ length: n }, (_, i) => i);
    let found = all, view = all, page = 0, searching = 0;

    const search = h('input', { type: 'search', placeholder: 'Name, e-mail, key …', autocomplete: 'off', spellcheck: 'false' });
    const sort = h('select', {});
    const options = merges ?
      [['', 'risk, highest first'], ['weak', 'weakest link first'], ['strong', 'strongest link first'], ['size', 'most records first'], ['order', 'customer']] :
      [['', 'strongest evidence first'], ['weak', 'weakest evidence first'], ['order', 'records']];
    for (const [value, text] of options) sort.append(h('option', { value }, text));
    const filter = h('select', {}, h('option', { value: 'all' }, 'all (' + count(n) + ')'));
    const tests = {
      all: () => true, within: (i) => !(index.flags[i] >> ACROSS & 1),
      two: (i) => index.size[i] === 2, few: (i) => index.size[i] > 2 && index.size[i] < 5, many: (i) => index.size[i] >= 5
    };
    REASONS.forEach((_, bit) => { tests['r' + bit] = (i) => index.flags[i] >> bit & 1; });
    const choices = REASONS.map((text, bit) => ['r' + bit, text]).concat([['within', 'within one source']]);
    if (merges) choices.push(['two', 'two records'], ['few', '3 or 4 records'], ['many', '5 or more records']);
    for (const [value, text] of choices) {
      let hits = 0;
      for (let i = 0; i < n; i++) if (tests[value](i)) hits++;
      if (hits && hits < n) filter.append(h('option', { value }, text + ' (' + count(hits) + ')'));
    }
    const status = h('p', { class: 'status', role: 'status' });
    const shown = h('div', { class: 'cases' });
    const toggle = h('button', { type: 'button' }, 'Open all');
    const pager = h('div', { class: 'pager', role: 'group', 'aria-label': 'Pages' });
    host.append(h('div', { class: 'controls' },
      h('label', {}, h('span', {}, 'Search'), search), h('label', {}, h('span', {}, 'Sort by'), sort),
      h('label', {}, h('span', {}, 'Show'), filter), toggle), status, shown, pager);

    function draw(scroll) {
      const pages = Math.max(1, Math.ceil(view.length / PAGE));
      page = Math.min(Math.max(page, 0), pages - 1);
      const from = page * PAGE, to = Math.min(from + PAGE, view.length);
      const cards = [];
      for (let i = from; i < to; i++) {
        const rank = view[i];
        cards.push(card(decode(chunk(Math.floor(rank / CHUNK))[rank % CHUNK]), merges && i === 0 && page === 0));
      }
      shown.replaceChildren(...cards);
      toggle.textContent = 'Open all';
      status.textContent = view.length ? count(from + 1) + '–' + count(to) + ' of ' + count(view.length) +
        (view.length < n ? ' found among ' + count(n) : '') : 'Nothing found. Try fewer words or another filter.';
      const button = (text, label, target, off) => {
        const b = h('button', { type: 'button', 'aria-label': label }, text);
        b.disabled = off;
        b.addEventListener('click', () => { page = target; draw(true); });
        return b;
      };
      const number = h('input', { type: 'number', min: 1, max: pages, value: page + 1, 'aria-label': 'Page number' });
      number.addEventListener('change', () => { page = (parseInt(number.value, 10) || 1) - 1; draw(true); });
      pager.replaceChildren();
      if (pages > 1) pager.append(button('«', 'First page', 0, page === 0), button('‹ Previous', 'Previous page', page - 1, page === 0),
        h('span', {}, 'Page ', number, ' of ' + count(pages)), button('Next ›', 'Next page', page + 1, page === pages - 1),
        button('»', 'Last page', pages - 1, page === pages - 1));
      if (scroll) host.scrollIntoView();
    }
    function arrange() {
      const test = tests[filter.value] || tests.all;
      view = filter.value === 'all' ? found.slice() : found.filter(test);
      const by = { weak: (a, b) => index.weakest[a] - index.weakest[b], strong: (a, b) => index.weakest[b] - index.weakest[a],
        size: (a, b) => index.size[b] - index.size[a], order: (a, b) => index.order[a] - index.order[b] }[sort.value];
      if (by) view.sort((a, b) => by(a, b) || a - b);
      page = 0;
      draw(false);
    }
    // Searches chunk by chunk, a slice of time at once, so that the page stays alive.
    function look() {
      const mine = ++searching;
      const query = folded(search.value.trim()).split(/\s+/).filter(Boolean);
      if (!query.length) { found = all; arrange(); return; }
      const literal = query.map((word) => folded(JSON.stringify(word.split(':').pop()).slice(1, -1).replace(/</g, '\\u003c')));
      const hits = [];
      let k = 0;
      const chunks = Math.ceil(n / CHUNK);
      (function slice() {
        if (mine !== searching) return;
        const until = performance.now() + 24;
        while (k < chunks && performance.now() < until) {
          const source = folded(byId(id + '-' + k).textContent);
          if (literal.every((word) => source.includes(word)))
            JSON.parse(byId(id + '-' + k).textContent).forEach((raw, i) => {
              const c = decode(raw);
              const text = folded(raw[0].join('\n') + '\n' + c.members.map(name).join('\n'));
              if (query.every((word) => text.includes(word))) hits.push(k * CHUNK + i);
            });
          k++;
        }
        if (k < chunks) { status.textContent = 'Searching … ' + Math.round(100 * k / chunks) + ' %'; setTimeout(slice, 0); return; }
        found = Uint32Array.from(hits);
        arrange();
      })();
    }
    let wait = 0;
    search.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(look, 180); });
    sort.addEventListener('change', arrange);
    filter.addEventListener('change', arrange);
    toggle.addEventListener('click', () => {
      const open = toggle.textContent === 'Open all';
      for (const box of shown.children) box.open = open;
      toggle.textContent = open ? 'Close all' : 'Open all';
    });
    draw(false);
  }

  for (const host of document.querySelectorAll('.deck')) deck(host);

  // On paper nothing can be unfolded: open what is small, leave the cases as the reader has them.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = Array.from(document.querySelectorAll('main > section > details:not([open]):not(.data)'));
    for (const box of opened) box.open = true;
  });
  addEventListener('afterprint', () => { for (const box of opened) box.open = false; });
})();
