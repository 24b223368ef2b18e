// Runs before htmx on a generated page: time passes only where nothing is on its way, and requests go one by one.
(function () {
  var now = 0, numbers = 0, timers = [], waiting = [], flying = false, log = (window.__log = [])
  window.setTimeout = function (task, ms) {
    var args = [].slice.call(arguments, 2)
    timers.push({ id: ++numbers, due: now + Math.max(0, +ms || 0), task: function () { task.apply(window, args) } })
    return numbers
  }
  window.clearTimeout = function (id) { timers = timers.filter(function (t) { return t.id !== id }) }
  window.confirm = function (message) { log.push('confirm ' + message); return message !== 'no' }
  window.prompt = function (message) { log.push('prompt ' + message); return message === 'no' ? null : 'said é' }
  var send = XMLHttpRequest.prototype.send, abort = XMLHttpRequest.prototype.abort
  function next() {
    if (flying || !waiting.length) return
    flying = waiting.shift()
    if (flying.go) flying.go(); else send.apply(flying.xhr, flying.args)
  }
  XMLHttpRequest.prototype.send = function () {
    var mine = { xhr: this, args: arguments }
    this.addEventListener('loadend', function () { if (flying === mine) { flying = false; next() } })
    waiting.push(mine)
    next()
  }
  XMLHttpRequest.prototype.abort = function () {
    var xhr = this, was = waiting.length
    waiting = waiting.filter(function (each) { return each.xhr !== xhr })
    if (waiting.length !== was) log.push('aborted before it was sent')
    return abort.call(this)
  }
  var fetch = window.fetch
  window.fetch = function (url, options) { // as htmx 4 asks; an answer is read before it is given
    return new Promise(function (resolve, reject) {
      var signal = options.signal, sent = Object.assign({}, options, { signal: undefined })
      if (signal) signal.addEventListener('abort', function () { reject(new DOMException('aborted', 'AbortError')) })
      waiting.push({ go: async function () {
        try {
          var came = await fetch.call(window, url, sent), text = await came.text()
          var given = new Response([204, 304].includes(came.status) ? null : text, { status: came.status, headers: came.headers })
          Object.defineProperty(given, 'url', { value: came.url })
          given.text = function () { return Promise.resolve(text) }
          resolve(given)
        } catch (error) { reject(error) }
        flying = false
        next()
      } })
      next()
    })
  }
  window.addEventListener('click', function (e) { leaves(e, e.target.closest && e.target.closest('a[href]')) })
  window.addEventListener('submit', function (e) {
    // At the form itself: Chromium lets the event of a form in a form go no further.
    e.target.addEventListener('submit', function (same) { leaves(same, same.target) }, { once: true })
  }, true)
  function leaves(e, el) {
    if (!el || e.defaultPrevented) return
    var href = el.tagName === 'A' ? el.getAttribute('href') : ''
    if (href[0] === '#') return
    log.push('leaves by ' + e.type)
    e.preventDefault()
  }
  window.__idle = async function () {
    var real = window.__real
    for (var done = 0; done < 2000; ) {
      await real()
      if (flying || waiting.length) continue // an answer may take its time on a busy machine
      if (!timers.length) return
      done++
      timers.sort(function (a, b) { return a.due - b.due || a.id - b.id })
      var timer = timers.shift()
      now = Math.max(now, timer.due)
      try { timer.task() } catch (error) { log.push('error ' + error.message) }
    }
    log.push('never idle')
  }
})()
