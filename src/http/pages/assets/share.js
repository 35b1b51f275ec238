// Instants in the words and the time zone of the reader; without a script they are told in UTC.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });
for (const time of document.querySelectorAll('time[data-local]')) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}
