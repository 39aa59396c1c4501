#!/usr/bin/env python3
"""Receipts as others read them: JSON Schema, RDF and SHACL; and every required field that is taken away is named.

Needs jsonschema, rdflib and pyshacl; `Tests/Interop/run` makes a virtual environment with them.
"""
import copy
import json
import subprocess
from pathlib import Path
from typing import Any, Iterator

import jsonschema
import pyshacl
import rdflib

from check_study import Person, Study
from checking import Place, expect, expect_equal, run_checks

TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}


def thing(required: "dict[str, Any]", optional: "dict[str, Any] | None" = None, **more: Any) -> "dict[str, Any]":
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": sorted(required), "properties": properties, **more}


PURPOSE = thing(
    {
        "consentType": TEXT,
        "purposeCategory": TEXTS,
        "piiCategory": TEXTS,
        "termination": TEXT,
        "thirdPartyDisclosure": {"type": "boolean"},
    },
    {"thirdPartyName": TEXT},
    # The third party is named exactly when something is disclosed to one.
    **{
        "if": {"properties": {"thirdPartyDisclosure": {"const": True}}},
        "then": {"required": ["thirdPartyName"]},
        "else": {"not": {"required": ["thirdPartyName"]}},
    },
)
KANTARA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **thing(
        {
            "version": {"const": "KI-CR-v1.1.0"},
            "jurisdiction": TEXT,
            "consentTimestamp": {"type": "integer", "minimum": 0},
            "collectionMethod": TEXT,
            "consentReceiptID": TEXT,
            "piiPrincipalId": TEXT,
            "piiControllers": {
                "type": "array",
                "minItems": 1,
                "items": thing(
                    {"piiController": TEXT, "contact": TEXT, "address": {"type": "object"}, "email": TEXT, "phone": TEXT}
                ),
            },
            "policyUrl": {**TEXT, "format": "uri"},
            "sensitive": {"type": "boolean"},
            "spiCat": {"type": "array", "items": TEXT},
            "services": {
                "type": "array",
                "minItems": 1,
                "items": thing({"service": TEXT, "purposes": {"type": "array", "minItems": 1, "items": PURPOSE}}),
            },
        },
        {"publicKey": TEXT, "language": TEXT},
        # What the specification spells otherwise than many expect.
        propertyNames={"not": {"enum": ["policyURL", "consentReceiptId", "piiPrincipalID"]}},
    ),
}

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dpv: <https://w3id.org/dpv#> .
@prefix eu-gdpr: <https://w3id.org/dpv/legal/eu/gdpr#> .
@prefix cw: <https://clickwrap.invalid/terms#> .
@prefix : <https://clickwrap.invalid/shapes#> .

:Header
  sh:property [ sh:path dct:hasVersion ; sh:minCount 1 ] ;
  sh:property [ sh:path dct:identifier ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
  sh:property [ sh:path dpv:hasIdentifier ; sh:minCount 1 ; sh:equals dct:identifier ] ;
  sh:property [ sh:path dpv:hasDataSubject ; sh:minCount 1 ; sh:maxCount 1 ; sh:class dpv:DataSubject ] ;
  sh:property [ sh:path cw:simulated ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] .

:Receipt a sh:NodeShape ; sh:targetClass dpv:ConsentReceipt ; sh:node :Header ;
  sh:property [ sh:path dct:conformsTo ; sh:hasValue <https://w3id.org/dpv/schema/dpv-27560#receipt> ] ;
  sh:property [ sh:path dpv:hasRecordOfActivity ; sh:minCount 1 ; sh:class dpv:ConsentRecord ] .

:Record a sh:NodeShape ; sh:targetClass dpv:ConsentRecord ; sh:node :Header ;
  sh:property [ sh:path dct:conformsTo ; sh:hasValue <https://w3id.org/dpv/schema/dpv-27560#record> ] ;
  sh:property [ sh:path [ sh:inversePath dpv:hasRecordOfActivity ] ; sh:minCount 1 ] ;
  sh:property [ sh:path dpv:hasNotice ; sh:minCount 1 ; sh:class dpv:ConsentNotice ] ;
  sh:property [ sh:path ( dpv:hasNotice dct:language ) ; sh:minCount 1 ] ;
  sh:property [ sh:path dpv:hasProcess ; sh:minCount 1 ; sh:class dpv:Process ; sh:node :Process ] ;
  sh:property [ sh:path dpv:hasConsentControl ; sh:minCount 1 ] ;
  sh:property [ sh:path dpv:hasJurisdiction ; sh:minCount 1 ] ;
  sh:property [ sh:path dpv:hasRight ; sh:hasValue eu-gdpr:A7-3 ] ;
  sh:property [ sh:path dpv:hasConsentStatus ; sh:minCount 1 ; sh:node :ConsentStatus ] .

:Process
  sh:property [ sh:path dpv:hasPurpose ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path dpv:hasPersonalData ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path dpv:hasStorageCondition ; sh:minCount 1 ; sh:class dpv:StorageCondition ] ;
  sh:property [ sh:path dpv:hasRecipient ; sh:minCount 1 ] ;
  sh:property [ sh:path dpv:hasDataController ; sh:minCount 1 ; sh:class dpv:DataController ] .

:Event
  sh:property [ sh:path dpv:isIndicatedAtTime ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ;
  sh:property [ sh:path dpv:hasDuration ; sh:minCount 1 ] ;
  sh:property [ sh:path dpv:isIndicatedBy ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path dpv:hasIndicationMethod ; sh:minCount 1 ; sh:datatype xsd:string ; sh:minLength 1 ] .

:ConsentStatus sh:node :Event ;
  sh:xone (
    [ sh:class dpv:ConsentUnknown ] [ sh:class dpv:ConsentRequested ] [ sh:class dpv:ConsentRequestDeferred ]
    [ sh:class dpv:ConsentGiven ] [ sh:class dpv:ConsentRefused ] [ sh:class dpv:ConsentWithdrawn ]
    [ sh:class dpv:ConsentExpired ] [ sh:class dpv:ConsentRevoked ] [ sh:class dpv:ConsentInvalidated ]
    [ sh:class dpv:RenewedConsentGiven ] ) .

# Terms are a contract, and no consent.
:Contract a sh:NodeShape ; sh:targetClass dpv:Contract ;
  sh:property [ sh:path dpv:hasContractStatus ; sh:minCount 1 ; sh:node :Event ] ;
  sh:property [ sh:path dpv:hasConsentStatus ; sh:maxCount 0 ] ;
  sh:property [ sh:path dpv:hasLegalBasis ; sh:hasValue eu-gdpr:A6-1-b ] .

:Controller a sh:NodeShape ; sh:targetClass dpv:DataController ;
  sh:property [ sh:path dpv:hasName ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path dpv:hasContact ; sh:minCount 1 ] .
"""

HEADER = ["schema_version", "simulated", "record_id", "receipt_id", "pii_principal_id", "pii_processing", "party_identification"]
PROCESSING = [
    "privacy_notice", "language", "purposes", "purpose_type", "lawful_basis", "pii_information", "pii_controllers",
    "collection_method", "processing_method", "storage_locations", "retention_period", "processing_locations", "services",
    "jurisdiction", "recipient_third_parties", "withdrawal_method", "privacy_rights", "events",
]
PII = ["pii_type", "pii_attribute_id", "pii_optional", "sensitive_pii_category", "special_pii_category"]
EVENT = ["event_time", "validity_duration", "entity_id", "event_type", "event_state"]
PARTY = ["party_id", "party_address", "party_email", "party_name", "party_role", "party_contact", "party_type"]
DPV_HEADER = ["@id", "@type", "dct:hasVersion", "dct:identifier", "dpv:hasIdentifier", "cw:simulated", "dpv:hasDataSubject", "dct:conformsTo"]
DPV_RECORD = [
    "dpv:hasNotice", "dpv:hasProcess", "dpv:hasConsentControl", "dpv:hasJurisdiction", "dpv:hasRight", "dpv:hasConsentStatus",
]
DPV_PROCESS = ["@type", "dpv:hasPurpose", "dpv:hasPersonalData", "dpv:hasStorageCondition", "dpv:hasRecipient", "dpv:hasDataController"]
DPV_STATUS = ["@type", "dpv:isIndicatedAtTime", "dpv:hasDuration", "dpv:isIndicatedBy", "dpv:hasIndicationMethod"]

# The pop-up, and what is answered: the terms accepted with the training on, off, put off, and nothing at all.
SESSIONS = {"accepted": "1\n", "refused": "3\n1\n", "deferred": "2\n", "left": ""}


def receipts(place: Place) -> "Iterator[tuple[str, Path, list[str]]]":
    """Journals and the options with which a receipt of them is printed."""
    for name, answers in SESSIONS.items():
        journal = place.journal()
        done = subprocess.run(
            [*place.popup(journal, "--linear")], input=answers, text=True, capture_output=True, timeout=60, check=False
        )
        expect(journal.path.exists(), f"there is no journal of {name}: {done.stderr}")
        yield name, journal.path, []
    study = Study(place, 30, ["a"], live=False)
    Person(study, "one", "a").play()
    person = Person(study, "two", "a")
    person.script = [number for number, label in person.menu() or [] if label == "I do not take part"]
    person.answer(person.script.pop())
    person.play()
    for session in (1, 2):
        yield f"study {session}", study.journal(session), ["--consent", "study", "--jurisdiction", "DE"]
    yield "in a study", study.journal(1), []


def printed(place: Place, journal: Path, form: str, options: "list[str]") -> str:
    command = [place.program, "receipt", str(journal), "--format", form, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    expect(done.returncode in (0, 3), f"`{' '.join(command)}` ends with {done.returncode}: {done.stderr}")
    again = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    expect_equal(again.stdout, done.stdout, "the same receipt, printed again")
    return done.stdout


def no_doubles(members: "list[tuple[str, Any]]") -> "dict[str, Any]":
    expect_equal(len({key for key, _ in members}), len(members), "the number of different members of an object")
    return dict(members)


def problems(place: Place, receipt: str, form: str) -> "list[dict[str, Any]]":
    file = place.folder / "receipt"
    file.write_text(receipt, encoding="utf-8")
    command = [place.program, "check-receipt", "--json", "--format", form, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = json.loads(done.stdout)["problems"]
    expect_equal(done.returncode, 9 if found else 0, "the status of check-receipt")
    return found


def without(place: Place, receipt: "dict[str, Any]", form: str, path: "list[Any]") -> None:
    """A field that is taken away is named by its path."""
    damaged = copy.deepcopy(receipt)
    parent = damaged
    for step in path[:-1]:
        parent = parent[step]
    expect(path[-1] in parent, f"a receipt of {form} has no {path}")
    del parent[path[-1]]
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    found = problems(place, json.dumps(damaged, indent=1), form)
    expect(name in [problem["path"] for problem in found], f"{form} without {name}: check-receipt says {found}")


def kantara(place: Place) -> None:
    validator = jsonschema.Draft202012Validator(KANTARA, format_checker=jsonschema.FormatChecker())
    jsonschema.Draft202012Validator.check_schema(KANTARA)
    types = {}
    for name, journal, options in receipts(place):
        receipt = json.loads(printed(place, journal, "kantara", options), object_pairs_hook=no_doubles)
        errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(receipt)]
        expect_equal(errors, [], f"what the schema says of the receipt of {name}")
        expect_equal(problems(place, json.dumps(receipt), "kantara"), [], f"what check-receipt says of {name}")
        expect_equal(receipt["consentReceiptID"].startswith("SIMULATED-"), receipt["simulated"], f"the id of {name}")
        expect_equal(receipt["simulated"], not options, f"whether {name} is simulated")
        types[name] = [purpose["consentType"] for service in receipt["services"] for purpose in service["purposes"]]
    wanted = {
        "accepted": ["TERMS-ACCEPTED", "IMPLICIT"],
        "refused": ["TERMS-ACCEPTED", "REFUSED"],
        "deferred": ["TERMS-PUT-OFF", "DEFERRED"],
        "left": ["TERMS-UNKNOWN", "UNKNOWN"],
        "study 1": ["EXPLICIT"],
        "study 2": ["REFUSED"],
    }
    expect_equal({name: types[name] for name in wanted}, wanted, "the types of consent")


def kantara_without(place: Place) -> None:
    _, journal, options = next(receipts(place))
    receipt = json.loads(printed(place, journal, "kantara", options))
    service, controller = ["services", 0], ["piiControllers", 0]
    paths = [[key] for key in KANTARA["required"] + ["simulated", "marking"]]
    paths += [controller + [key] for key in KANTARA["properties"]["piiControllers"]["items"]["required"]]
    paths += [service + [key] for key in ("service", "purposes")]
    paths += [service + ["purposes", 0, key] for key in PURPOSE["required"]]
    for path in paths:
        without(place, receipt, "kantara", path)
    validator = jsonschema.Draft202012Validator(KANTARA)
    for disclosure, name in ((True, None), (False, "somebody")):
        damaged = copy.deepcopy(receipt)
        purpose = damaged["services"][0]["purposes"][0]
        purpose["thirdPartyDisclosure"] = disclosure
        if name:
            purpose["thirdPartyName"] = name
        expect(not validator.is_valid(damaged), "the schema takes a third party that is named wrongly")
        found = problems(place, json.dumps(damaged), "kantara")
        expect_equal([problem["path"] for problem in found], ["services[0].purposes[0].thirdPartyName"], "what is wrong")
    print(f"        {len(paths)} fields of Kantara taken away")


def iso_without(place: Place) -> None:
    count = 0
    for name, journal, options in receipts(place):
        receipt = json.loads(printed(place, journal, "27560", options), object_pairs_hook=no_doubles)
        expect_equal(problems(place, json.dumps(receipt), "27560"), [], f"what check-receipt says of {name}")
        if name != "accepted":
            continue
        processing, party = ["pii_processing", 1], ["party_identification", 0]
        paths = [[key] for key in HEADER + ["marking"]] + [processing + [key] for key in PROCESSING]
        paths += [processing + ["pii_information", 0, key] for key in PII] + [processing + ["events", 1, key] for key in EVENT]
        paths += [party + [key] for key in PARTY]
        for path in paths:
            without(place, receipt, "27560", path)
        count = len(paths)
    print(f"        {count} fields of 27560 taken away")


def dpv(place: Place) -> None:
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    namespace = rdflib.Namespace("https://w3id.org/dpv#")
    statuses = {}
    for name, journal, options in receipts(place):
        text = printed(place, journal, "dpv", options)
        json.loads(text, object_pairs_hook=no_doubles)
        graph = rdflib.Graph().parse(data=text, format="json-ld")
        conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
        expect(conforms, f"the shapes say of {name}: {report}")
        expect_equal(problems(place, text, "dpv"), [], f"what check-receipt says of {name}")
        found = {
            str(kind).removeprefix(str(namespace))
            for status in graph.objects(None, namespace.hasConsentStatus)
            for kind in graph.objects(status, rdflib.RDF.type)
        }
        statuses[name] = sorted(found)
    wanted = {
        "accepted": ["ConsentGiven", "ConsentRequested", "ImpliedConsent"],
        "refused": ["ConsentRefused", "ConsentRequested"],
        "deferred": ["ConsentRequestDeferred", "ConsentRequested"],
        "left": ["ConsentRequested", "ConsentUnknown"],
        "study 1": ["ConsentGiven", "ConsentRequested", "ExpressedConsent", "RenewedConsentGiven"],
        "study 2": ["ConsentRefused", "ConsentRequested"],
    }
    found = {name: [kind for kind in statuses[name] if kind != "UninformedConsent"] for name in wanted}
    expect_equal(found, wanted, "the statuses of consent")


def dpv_without(place: Place) -> None:
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    _, journal, options = next(receipts(place))
    receipt = json.loads(printed(place, journal, "dpv", options))
    kinds = [node["@type"] for node in receipt["@graph"]]
    top = ["@graph", kinds.index("dpv:ConsentReceipt")]
    record = ["@graph", kinds.index("dpv:ConsentRecord")]
    controller = ["@graph", kinds.index("dpv:DataController")]
    paths = [["@context"], ["@graph"]] + [["@context", key] for key in ("dpv", "eu-gdpr", "pd", "dct")]
    paths += [top + [key] for key in DPV_HEADER + ["dpv:hasRecordOfActivity", "dct:description"]]
    paths += [record + [key] for key in DPV_HEADER + DPV_RECORD]
    paths += [record + ["dpv:hasProcess", key] for key in DPV_PROCESS]
    paths += [record + ["dpv:hasNotice", key] for key in ("@type", "dct:identifier", "dct:language")]
    paths += [record + ["dpv:hasConsentStatus", 1, key] for key in DPV_STATUS]
    paths += [controller + [key] for key in ("dpv:hasName", "dpv:hasContact", "dpv:hasAddress")]
    for path in paths:
        without(place, receipt, "dpv", path)
    # The shapes are no rubber stamp either.
    for key in ["dct:identifier", "dpv:hasIdentifier", "dpv:hasDataSubject", "dct:conformsTo", *DPV_RECORD]:
        damaged = copy.deepcopy(receipt)
        del damaged["@graph"][record[1]][key]
        graph = rdflib.Graph().parse(data=json.dumps(damaged), format="json-ld")
        expect(not pyshacl.validate(graph, shacl_graph=shapes)[0], f"the shapes take a record without {key}")
    print(f"        {len(paths)} fields of DPV taken away")


if __name__ == "__main__":
    run_checks(
        {
            "Kantara by its schema": kantara,
            "DPV by its shapes": dpv,
            "Kantara, each field taken away": kantara_without,
            "27560, each field taken away": iso_without,
            "DPV, each field taken away": dpv_without,
        }
    )
