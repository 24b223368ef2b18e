// Shows generated pages in frames, one after the other, and does to them what a user does.
async (pages) => {
  const found = []
  const channel = () => new Promise(done => { const c = new MessageChannel(); c.port1.onmessage = () => done(); c.port2.postMessage(0) })
  for (const { path, acts, actedOn } of pages) {
    const frame = document.createElement('iframe')
    sessionStorage.clear()
    frame.src = path
    const loaded = new Promise(done => { frame.onload = done })
    document.body.append(frame)
    await loaded
    const w = frame.contentWindow, d = frame.contentDocument
    w.__real = channel
    await w.__idle()
    for (const act of acts) {
      const all = [...d.querySelectorAll(actedOn)]
      if (!all.length) break
      const el = all[act.number % all.length]
      const fire = (kind, more = {}) => el.dispatchEvent(new w.Event(kind, { bubbles: true, cancelable: true, ...more }))
      w.__log.push(act.verb + ' ' + el.localName)
      if (act.verb === 'click' && !(el.localName === 'form' || el.type === 'hidden')) el.click()
      else if (act.verb === 'control' && !el.closest('a') && !el.matches(':disabled')) el.dispatchEvent(new w.MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: true }))
      else if (act.verb === 'type' && ['input', 'textarea'].includes(el.localName)) {
        if (['text', 'textarea'].includes(el.type)) el.value = act.value
        fire('input'); fire('keyup'); fire('change')
      } else if (act.verb === 'choose' && el.localName === 'select') {
        el.value = act.value
        fire('input'); fire('change')
      } else if (['custom', 'other'].includes(act.verb)) fire(act.verb)
      else if (act.verb === 'mouseenter') fire('mouseenter', { bubbles: false })
      await w.__idle()
    }
    const values = [...d.querySelectorAll('input, select, textarea')].map(e => [e.value, !!e.checked])
    found.push({  body: d.body ? d.body.innerHTML : '',  title: d.title, values, log: w.__log,
      address: w.location.pathname + w.location.search + w.location.hash })
    frame.remove()
  }
  return found
}
