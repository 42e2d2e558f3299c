import { detect } from '../../adapters/transports/http-drop/detect.ts'
import { isSafeNarrative } from '../../server/store/validate/narrative.ts'
import { heldAndSeenFailing } from './held-and-seen-failing.ts'
import { denying } from './narrative.vulnerable.ts'

type Judge = (div: string) => boolean
const NS = 'xmlns="http://www.w3.org/1999/xhtml"'
const refused = (div: string) => (judge: Judge) => expect(judge(div)).toBe(false)
const subjects = { real: isSafeNarrative, weak: denying }

heldAndSeenFailing<Judge>(
  'a DOCTYPE is refused before anything is expanded (A3-28)',
  {
    'an internal entity': refused(`<!DOCTYPE div [<!ENTITY a "x">]><div ${NS}>&a;</div>`),
    'an external entity': refused(`<!DOCTYPE div [<!ENTITY a SYSTEM "file:///etc/passwd">]><div ${NS}>&a;</div>`),
    'entities of entities': refused(
      `<!DOCTYPE div [<!ENTITY a "${'x'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}">]><div ${NS}>&c;</div>`
    ),
    'a DOCTYPE inside': refused(`<div ${NS}><!DOCTYPE x></div>`),
    'a processing instruction': refused(`<?xml-stylesheet href="x"?><div ${NS}></div>`)
  },
  subjects
)

// The forms of the fhir-test-cases xhtml set and of the OWASP filter evasion list that fit into a div.
heldAndSeenFailing<Judge>(
  'what a viewer could run is refused (A3-43)',
  {
    'a script': refused(`<div ${NS}><script>alert(1)</script></div>`),
    'a script in another case': refused(`<div ${NS}><ScRiPt>alert(1)</ScRiPt></div>`),
    'an event handler': refused(`<div ${NS}><img src="data:image/png;base64,AA==" onerror="alert(1)"/></div>`),
    'javascript: in a link': refused(`<div ${NS}><a href="javascript:alert(1)">x</a></div>`),
    'javascript: by entities and blanks': refused(
      `<div ${NS}><a href="&#106;ava&#x9;script&colon;alert(1)">x</a></div>`
    ),
    'data: in a link': refused(`<div ${NS}><a href="data:text/html,x">x</a></div>`),
    'an SVG': refused(`<div ${NS}><svg><animate onbegin="alert(1)"/></svg></div>`),
    'an image of another server': refused(`<div ${NS}><img src="http://evil.example/x.png"/></div>`),
    'a frame': refused(`<div ${NS}><iframe src="http://evil.example"/></div>`),
    'a form': refused(`<div ${NS}><form action="http://evil.example"><input/></form></div>`),
    'a style that loads': refused(`<div ${NS}><p style="background:url(http://evil.example)">x</p></div>`),
    'a tag that is never closed': refused(`<div ${NS}><b onmouseover=alert(1)`),
    'an unquoted attribute': refused(`<div ${NS}><b onclick=alert(1)>x</b></div>`),
    'a CDATA section': refused(`<div ${NS}><![CDATA[<script>]]></div>`),
    'something behind the div': refused(`<div ${NS}></div><script>alert(1)</script>`)
  },
  subjects
)

test('a file of FHIR XML is named as such, which no format reads: it is refused before any of it is looked at', () => {
  const bomb = Buffer.from('<!DOCTYPE x [<!ENTITY a "b">]><Patient xmlns="http://hl7.org/fhir">&a;</Patient>')
  expect(detect(bomb)?.mediaType).toBe('application/fhir+xml')
})
