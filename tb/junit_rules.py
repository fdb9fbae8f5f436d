# SPDX-License-Identifier: Apache-2.0
"""What the readers of junit.xml in CI servers take: Jenkins' own reader is the strictest; what passes there, GitLab's and GitHub's read too."""

import re
import xml.etree.ElementTree

# element: attributes it must have, attributes it may have, children it may have in this order
RULES = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, ["testsuite"]),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "group"},
                  ["properties", "testcase", "system-out", "system-err"]),
    "properties": (set(), set(), ["property"]),
    "property": ({"name", "value"}, set(), []),
    "testcase": ({"name"}, {"classname", "time", "group"}, ["skipped", "error", "failure", "system-out", "system-err"]),
    "failure": (set(), {"type", "message"}, []),
    "error": (set(), {"type", "message"}, []),
    "skipped": (set(), {"type", "message"}, []),
    "system-out": (set(), set(), []),
    "system-err": (set(), set(), []),
}
TEXT = {"failure", "error", "skipped", "system-out", "system-err"}
ONCE = {"properties", "system-out", "system-err", "skipped", "error", "failure"}
WHOLE, SECONDS = r"\d+", r"\d{0,3}(\d{3})*(\.\d*)?|\d+(\.\d*)?"
FORM = {"tests": WHOLE, "failures": WHOLE, "errors": WHOLE, "skipped": WHOLE, "time": SECONDS}


def element_trouble(one):
    if one.tag not in RULES:
        return "<%s> is no element of it" % one.tag
    must, may, children = RULES[one.tag]
    missing, unknown = must - set(one.keys()), set(one.keys()) - must - may
    if missing or unknown:
        return "<%s>: attributes missing: %s, unknown: %s" % (one.tag, sorted(missing), sorted(unknown))
    for name, form in FORM.items():
        if one.get(name) is not None and not re.fullmatch(form, one.get(name)):
            return "<%s %s=%r> is no number" % (one.tag, name, one.get(name))
    tags = [child.tag for child in one]
    if any(tag not in children for tag in tags):
        return "<%s> holds %s" % (one.tag, sorted(set(tags) - set(children)))
    if [children.index(tag) for tag in tags] != sorted(children.index(tag) for tag in tags):
        return "<%s>: its children are in another order: %s" % (one.tag, tags)
    if any(tags.count(tag) > 1 for tag in ONCE):
        return "<%s> holds one of them twice: %s" % (one.tag, tags)
    if one.tag not in TEXT and ((one.text or "").strip() or any((child.tail or "").strip() for child in one)):
        return "<%s> has text" % one.tag
    return next((trouble for trouble in map(element_trouble, one) if trouble), None)


def sum_trouble(suite):
    """The counts are those of the cases, and so are the names: readers tell cases apart by them."""
    cases = suite.findall("testcase")
    for name, count in (("tests", len(cases)), ("failures", len(suite.findall("testcase/failure"))), ("errors", len(suite.findall("testcase/error")))):
        if int(suite.get(name)) != count:
            return "suite %s: %s is %s, and there are %d" % (suite.get("name"), name, suite.get(name), count)
    names = [(case.get("classname"), case.get("name")) for case in cases]
    return "suite %s: two cases of one name" % suite.get("name") if len(names) != len(set(names)) else None


def trouble(text):
    """What is wrong with this junit.xml, or None."""
    try:
        root = xml.etree.ElementTree.fromstring(text)
    except xml.etree.ElementTree.ParseError as why:
        return "no XML: %s" % why
    if root.tag != "testsuites":
        return "its root is <%s>" % root.tag
    found = element_trouble(root) or next((wrong for wrong in map(sum_trouble, root) if wrong), None)
    for name in ("tests", "failures", "errors"):
        if not found and root.get(name) is not None and int(root.get(name)) != sum(int(suite.get(name)) for suite in root):
            found = "%s of all suites" % name
    return found
