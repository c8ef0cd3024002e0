"""Makes vectors.json: keys and signatures of TUF, by Python's `cryptography`.

    python3 tests/tuf_keys/vectors.py > tests/tuf_keys/vectors.json

Test keys all of them: the private halves are thrown away. Keys, salts and most nonces are
drawn anew each time, so that what is checked in is what was made once. What is not said by
`cryptography` itself (the two odd signatures of ECDSA) is computed here on the curve.
"""

import hashlib
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

MESSAGE = b"conda-verifier"
SHA256 = hashes.SHA256()


def pem(public):
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def pss(key, salt, mask=SHA256, digest=SHA256):
    return key.sign(MESSAGE, padding.PSS(padding.MGF1(mask), salt), digest).hex()


def rsa_vector(bits, exponent):
    key = rsa.generate_private_key(exponent, bits)
    return {
        "bits": bits,
        "exponent": exponent,
        "public": pem(key.public_key()),
        "good": {
            "salt 0": pss(key, 0),
            "salt 20": pss(key, 20),
            "salt 32": pss(key, padding.PSS.DIGEST_LENGTH),
            "longest salt": pss(key, padding.PSS.MAX_LENGTH),
        },
        "bad": {
            "MGF1 with SHA-512": pss(key, 32, mask=hashes.SHA512()),
            "SHA-512": pss(key, 32, digest=hashes.SHA512()),
            "PKCS #1 v1.5": key.sign(MESSAGE, padding.PKCS1v15(), SHA256).hex(),
        },
    }


# P-256 (SP 800-186 3.2.1.3).
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
E = int.from_bytes(hashlib.sha256(MESSAGE).digest(), "big")


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(scalar, point):
    total = None
    for bit in bin(scalar % N)[2:]:
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def der(r, s):
    def integer(number):
        content = number.to_bytes(number.bit_length() // 8 + 1, "big")
        return bytes([2, len(content)]) + content

    content = integer(r) + integer(s)
    return (bytes([0x30, len(content)]) + content).hex()


def of_point(point):
    return pem(ec.EllipticCurvePublicNumbers(*point, ec.SECP256R1()).public_key())


def large_x():
    """A signature whose point has an x above the group's order: r is what is left of it."""
    x = N
    while True:
        x += 1
        square = (x**3 - 3 * x + B) % P
        y = pow(square, (P + 1) // 4, P)
        if y * y % P == square:
            break
    r, s = x - N, 0x1234567
    point = add(times(s, (x, y)), times(-E, G))
    return {"public": of_point(times(pow(r, -1, N), point)), "signature": der(r, s)}


def infinity():
    """A signature whose point is the one at infinity, for which no r is right."""
    r, s = 5, 7
    return {"public": of_point(times(-E * pow(r, -1, N), G)), "signature": der(r, s)}


def ecdsa():
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    wide = ec.generate_private_key(ec.SECP384R1())
    return {
        "public": pem(key.public_key()),
        "point": point.hex(),
        "signature": key.sign(MESSAGE, ec.ECDSA(SHA256)).hex(),
        "SHA-512": key.sign(MESSAGE, ec.ECDSA(hashes.SHA512())).hex(),
        "P-384": pem(wide.public_key()),
        "large x": large_x(),
        "infinity": infinity(),
    }


def edwards():
    key = ed25519.Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    return {
        "public": pem(key.public_key()),
        "hex": raw.hex(),
        "signature": key.sign(MESSAGE).hex(),
    }


def root(keys, threshold, signers):
    """A root whose keys are (id, keytype, scheme, public), signed by functions of bytes."""
    signed = {
        "_type": "root",
        "consistent_snapshot": True,
        "expires": "2030-01-01T00:00:00Z",
        "keys": {
            name: {"keytype": keytype, "scheme": scheme, "keyval": {"public": public}}
            for name, keytype, scheme, public in keys
        },
        "roles": {
            role: {"keyids": [name for name, *_ in keys], "threshold": threshold}
            for role in ["root", "snapshot", "targets", "timestamp"]
        },
        "spec_version": "1.0.31",
        "version": 1,
    }
    # Canonical JSON: nothing in it has to be escaped but the line breaks of PEM, which stay.
    text = json.dumps(signed, sort_keys=True, separators=(",", ":"))
    text = text.replace("\\n", "\n").encode()
    signatures = [
        {"keyid": name, "sig": sign(text).hex()} for (name, *_), sign in zip(keys, signers)
    ]
    return {"signed": signed, "signatures": signatures}


def roots():
    edwards = ed25519.Ed25519PrivateKey.generate()
    curve = ec.generate_private_key(ec.SECP256R1())
    modular = rsa.generate_private_key(65537, 2048)
    point = curve.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )

    def by_curve(text):
        return curve.sign(text, ec.ECDSA(SHA256))

    def by_modular(text):
        return modular.sign(text, padding.PSS(padding.MGF1(SHA256), 32), SHA256)

    nist = "ecdsa-sha2-nistp256"
    a, b, c = pem(edwards.public_key()), pem(curve.public_key()), pem(modular.public_key())
    three = [
        ("a", "ed25519", "ed25519", a),
        ("b", "ecdsa", nist, b),
        ("c", "rsa", "rsassa-pss-sha256", c),
    ]
    twice = [("pem", nist, nist, b), ("hex", "ecdsa", nist, point.hex())]
    return {
        "three": root(three, 3, [edwards.sign, by_curve, by_modular]),
        "twice": root(twice, 2, [by_curve, by_curve]),
    }


# 2049 bits: the encoded message is a byte shorter than the modulus.
SIZES = [(2048, 65537), (2048, 3), (2049, 65537), (2055, 65537), (3072, 65537), (4096, 65537)]

print(
    json.dumps(
        {
            "message": MESSAGE.decode(),
            "rsa": [rsa_vector(*size) for size in [*SIZES, (8192, 65537)]],
            "rsa 1024": pem(rsa.generate_private_key(65537, 1024).public_key()),
            "ecdsa": ecdsa(),
            "ed25519": edwards(),
            "roots": roots(),
        },
        indent=1,
    )
)
