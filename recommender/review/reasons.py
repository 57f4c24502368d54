"""Why a reviewer does not go with the rules: the override reasons of HL7 CDS Hooks 3.0 (example code system), in plain words."""

REASONS = {
    "It does not apply": {
        "patient-ineligible": "It does not fit this person",
        "indication-order-exists": "It is arranged already",
        "action-completed": "It has been done already",
        "action-unsuccessful": "It was tried and did not help",
        "action-performed-no-adverse-effect": "It was done before without harm",
        "action-not-priority": "Something else comes first",
    },
    "Not the moment": {
        "limited-time": "There is no time for it now",
        "wrong-time-workflow": "It comes at the wrong time",
        "inappropriate-recipient": "It is for somebody else to decide",
        "need-more-info": "More has to be known first",
    },
    "The evidence": {
        "does-not-align-latest-evidence": "Newer evidence says something else",
        "expert-contradicts": "An expert advised something else",
        "policy-contradicts": "A local policy says something else",
        "recipient-does-not-trust": "I do not trust this rule",
    },
    "The outcome": {
        "risk-benefit-ratio": "The benefit is worth the risk, or is not",
        "mitigate-risk-negative-outcome": "The risk is dealt with in another way",
        "likely-negative-health-outcomes": "It would likely do harm",
        "patient-contraindication": "Something speaks against it that the rules do not know",
    },
    "What the person wants": {
        "patient-fears-discomfort": "They fear discomfort",
        "patient-does-not-want-change": "They do not want a change",
        "cultural-religious-reason": "A cultural or religious reason",
        "prefers-alternative": "They prefer something else",
        "patient-refuses": "They refuse",
    },
    "It cannot be done": {
        "inadequate-support": "There is not enough support",
        "service-not-available": "The service is not there",
        "implementation-challenges": "It is hard to carry out",
        "too-costly-uncovered": "It costs too much",
        "recipient-does-not-understand": "The advice is not clear to me",
        "comorbidity-disability": "Another illness or a disability",
    },
}
"""Groups of reasons: code and words."""

CODES = frozenset(code for group in REASONS.values() for code in group)
