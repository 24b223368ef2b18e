// Runs between htmx's own test utilities and its tests: notes what each test does to the page, and what comes of it.
(function () {
  var tape = null
  var recorded = (window.__recorded = [])
  var last = 0
  var turns = 0 // time passes for a page only between its tasks
  var seen = 0
  setInterval(function () { turns++ }, 1)
  var depth = 0 // inside make(), whose own changes are no acts

  function isHtmx() {
    return depth > 0 || /src\/htmx\.js/.test(new Error().stack)
  }
  function place(el) {
    if (!el) return null
    if (el === document) return 'document'
    if (el === window) return 'window'
    if (el === document.body) return 'body'
    var path = []
    var area = document.getElementById('work-area')
    while (el && el !== area) {
      if (!el.parentElement) return null
      path.unshift([].indexOf.call(el.parentElement.children, el))
      el = el.parentElement
    }
    return el ? path : null
  }
  function note(act) {
    if (!tape) return
    var now = performance.now()
    if (now - last > 4 && turns !== seen) tape.acts.push({ act: 'wait', ms: Math.round(now - last) })
    last = performance.now()
    seen = turns
    tape.acts.push(act)
  }

  var oldMake = window.make
  window.make = function (html) {
    note({ act: 'make', html: html })
    depth++
    try { return oldMake(html) } finally { depth-- }
  }
  var oldClear = window.clearWorkArea
  window.clearWorkArea = function () {
    note({ act: 'clear' })
    depth++
    try { return oldClear() } finally { depth-- }
  }
  function wrap(proto, name, act) {
    var old = proto[name]
    proto[name] = function () {
      if (tape && !isHtmx()) act.apply(null, [this].concat([].slice.call(arguments)))
      depth++ // what it sets going is htmx's own or the browser's
      try { return old.apply(this, arguments) } finally { depth-- }
    }
  }
  wrap(HTMLElement.prototype, 'click', function (el) { note({ act: 'click', at: place(el) }) })
  wrap(HTMLElement.prototype, 'focus', function (el) { note({ act: 'focus', at: place(el) }) })
  wrap(HTMLElement.prototype, 'blur', function (el) { note({ act: 'blur', at: place(el) }) })
  wrap(EventTarget.prototype, 'dispatchEvent', function (el, event) {
    var mouse = event instanceof MouseEvent && event.type === 'click'
    note({ act: mouse ? 'click' : 'fire', at: place(el), kind: event.type, key: event.key || '', bubbles: event.bubbles,
      held: ['ctrlKey', 'shiftKey', 'altKey', 'metaKey'].filter(function (k) { return event[k] }) })
  })
  ;['submit', 'requestSubmit', 'reset'].forEach(function (name) {
    wrap(HTMLFormElement.prototype, name, function () { tape.scripted.push('form.' + name) })
  })
  var oldTrigger = htmx.trigger
  htmx.trigger = function (el, kind, detail) {
    if (tape && depth === 0) note({ act: 'fire', at: place(typeof el === 'string' ? document.querySelector(el) : el), kind: kind, bubbles: true, custom: true })
    depth++
    try { return oldTrigger.apply(htmx, arguments) } finally { depth-- }
  }
  function watch(proto, name, act) {
    var old = Object.getOwnPropertyDescriptor(proto, name)
    Object.defineProperty(proto, name, {
      configurable: true,
      get: old.get,
      set: function (value) {
        if (tape && !isHtmx()) act(this, value)
        depth++
        try { old.set.call(this, value) } finally { depth-- }
      }
    })
  }
  ;[HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement].forEach(function (kind) {
    watch(kind.prototype, 'value', function (el, value) { note({ act: 'value', at: place(el), value: String(value) }) })
  })
  watch(HTMLInputElement.prototype, 'checked', function (el, value) { note({ act: 'checked', at: place(el), value: !!value }) })
  watch(HTMLOptionElement.prototype, 'selected', function (el, value) { note({ act: 'selected', at: place(el), value: !!value }) })
  function changed(what) {
    return function (el) { if (place(el instanceof Element ? el : el.parentElement) !== null) tape.scripted.push(what) }
  }
  watch(Element.prototype, 'innerHTML', changed('innerHTML'))
  watch(Element.prototype, 'className', changed('className'))
  watch(Element.prototype, 'id', changed('id'))
  ;['setAttribute', 'removeAttribute', 'remove', 'append', 'attachShadow', 'insertAdjacentHTML', 'replaceWith', 'after', 'before'].forEach(function (name) {
    wrap(Element.prototype, name, changed(name))
  })
  ;['appendChild', 'removeChild', 'insertBefore', 'replaceChild'].forEach(function (name) {
    wrap(Node.prototype, name, changed(name))
  })
  wrap(EventTarget.prototype, 'addEventListener', function (el, kind) { if (tape.running && (el === document || el === window || (el instanceof Element && place(el) !== null))) tape.scripted.push('addEventListener ' + kind) })
  Object.keys(htmx).forEach(function (name) {
    if (typeof htmx[name] !== 'function' || name === 'trigger' || name === 'logAll') return
    var old = htmx[name]
    htmx[name] = function () {
      if (tape && tape.running && depth === 0 && !isHtmx()) tape.scripted.push('htmx.' + name)
      return old.apply(this, arguments)
    }
  })
  ;['prompt', 'alert'].forEach(function (kind) {
    var current = function () { return kind === 'confirm' ? false : null }
    Object.defineProperty(window, kind, {
      configurable: true,
      get: function () {
        return function () {
          var answer = current.apply(window, arguments)
          if (tape) tape.answers.push({ kind: kind, message: arguments[0], answer: answer === undefined ? null : answer })
          return answer
        }
      },
      set: function (value) { current = value }
    })
  })
  var stub = sinon.stub
  sinon.stub = function (object, name) {
    var made = stub.apply(sinon, arguments)
    if (tape && object === window && name === 'confirm') tape.stub = made
    return made
  }
  var create = sinon.fakeServer.create
  sinon.fakeServer.create = function () {
    var server = create.apply(sinon.fakeServer, arguments)
    if (tape) tape.server = server
    var respond = server.respond
    server.respond = function () {
      if (arguments.length) return respond.apply(server, arguments)
      note({ act: 'respond' })
      depth++
      try { return respond.apply(server, arguments) } finally { depth-- }
    }
    var respondAll = server.respondAll
    server.respondAll = function () {
      note({ act: 'respond all' })
      depth++
      try { return respondAll.apply(server, arguments) } finally { depth-- }
    }
    return server
  }
  function body(request) {
    var sent = request.requestBody
    if (sent instanceof FormData) {
      return { parts: Array.from(sent.entries()).map(function (e) { return [e[0], e[1] instanceof File ? '<file ' + e[1].name + '>' : e[1]] }) }
    }
    return { text: sent === null || sent === undefined ? '' : String(sent) }
  }
  window.__start = function (test) {
    tape = { title: test.fullTitle(), title_before: document.title, acts: [], scripted: [], answers: [], source: String(test.fn || ''), config: JSON.stringify(htmx.config), running: false,
      url: location.href }
    last = performance.now()
  }
  window.__begin = function () { if (tape) { tape.running = true; tape.config = JSON.stringify(htmx.config); last = performance.now(); tape.acts = []; tape.scripted = [] } }
  window.__stop = function (test) {
    if (!tape) return
    var done = tape
    note({ act: 'end' })
    tape = null
    done.state = test.state
    done.requests = ((done.server && done.server.requests) || []).map(function (r) {
      return { method: r.method, url: r.url, headers: r.requestHeaders, body: body(r), status: r.status, aborted: !!r.aborted,
        answered: r.readyState === 4 && !r.aborted, answer: r.responseText || '', answer_headers: r.responseHeaders || {} }
    })
    if (done.stub) {
      done.stub.getCalls().forEach(function (call) {
        done.answers.push({ kind: 'confirm', message: call.args[0], answer: !!call.returnValue })
      })
    }
    delete done.stub
    delete done.server
    done.final = document.getElementById('work-area').innerHTML
    done.title_after = document.title
    done.location = location.pathname + location.search + location.hash
    recorded.push(done)
  }
})()
