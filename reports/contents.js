// Runs inside the report: marks in its contents where the reader is. Without scripts they are links like any other.
const contents = document.querySelector('.contents');
const stations = [...contents.querySelectorAll('a')].map((link) => ({
  link,
  section: document.getElementById(link.hash.slice(1)),
}));
/** A section is read once it has come up to this share of the screen. */
const readingShare = 0.3;
let marked = null;
let due = false;

function markPlace() {
  due = false;
  const isAtEnd = innerHeight + scrollY >= root.scrollHeight - 2;
  const passed = stations.filter(({ section }) => section.getBoundingClientRect().top <= innerHeight * readingShare);
  const { link } = (isAtEnd && scrollY > 0 ? stations.at(-1) : passed.at(-1)) ?? stations[0];
  if (link === marked) return;
  marked?.removeAttribute('aria-current');
  link.setAttribute('aria-current', 'location');
  marked = link;
  reveal(link);
}

/** Within the contents alone: the page is not to move. */
function reveal(link) {
  const [box, frame] = [link.getBoundingClientRect(), contents.getBoundingClientRect()];
  if (box.top < frame.top || box.bottom > frame.bottom) contents.scrollTop += box.top - frame.top - frame.height / 2;
  if (box.left < frame.left || box.right > frame.right) contents.scrollLeft += box.left - frame.left - frame.width / 4;
}

function markSoon() {
  if (due) return;
  due = true;
  requestAnimationFrame(markPlace);
}

addEventListener('scroll', markSoon, { passive: true });
addEventListener('resize', markSoon);
markPlace();
