"""Files that cannot be used, given to every command that reads one."""

import json
import os
import shutil
import unittest

from harness import BAD_INPUT, DONE, GEANT4, MODEL, CommandTest, call, plain_showers
from hdf5_edit import CELLS, copy_with_cell, copy_with_energy, copy_with_shape

CENTRE = CELLS // 2


class BadShowers(CommandTest):
    """Each is refused by inspect, train and validate, with the file's name and the reason."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "given.h5"

    def check(self, *words, inspect=True, left=("given.h5",)):
        out = self.folder / "out"
        calls = {
            "train": ["train", "--data", self.file, "--steps", 2, "--batch", 2, "--threads", 1, "--out", out],
            "reference": ["validate", "--reference", self.file, "--candidate", GEANT4, "--out", out],
            "candidate": ["validate", "--reference", GEANT4, "--candidate", self.file, "--out", out],
        }
        if inspect:
            calls["inspect"] = ["inspect", self.file]
        for name, arguments in calls.items():
            with self.subTest(name):
                self.refuse(BAD_INPUT, *arguments, words=[self.file.name, *words], left=left)

    def test_missing(self):
        self.check(left=[])

    def test_pattern_without_match(self):
        self.file = self.folder / "no*.h5"
        self.check(left=[])

    def test_empty(self):
        self.file.touch()
        self.check("empty")

    def test_folder(self):
        self.file.mkdir()
        self.check("folder")

    def test_text(self):
        self.file.write_text("these are no showers\n" * 100)
        self.check()

    def test_signature_only(self):
        self.file.write_bytes(GEANT4.read_bytes()[:8])
        self.check()

    def test_truncated(self):
        content = GEANT4.read_bytes()
        for share in [0.01, 0.9]:
            with self.subTest(share=share):
                self.file.write_bytes(content[: int(share * len(content))])
                self.check("cut short")

    def test_one_byte_short(self):
        self.file.write_bytes(GEANT4.read_bytes()[:-1])
        self.check("cut short")

    def test_flipped_bytes_among_compressed_data(self):
        content = bytearray(GEANT4.read_bytes())
        for place in range(len(content) // 2, len(content) // 2 + 64):
            content[place] ^= 0xFF
        self.file.write_bytes(content)
        self.check(inspect=False)

    def test_weights_instead_of_showers(self):
        shutil.copy(MODEL, self.file)
        self.check(inspect=False)

    def test_nan(self):
        copy_with_cell(plain_showers(), self.file, 13, CENTRE, float("nan"))
        self.check("shower 13", "nan", inspect=False)

    def test_infinite(self):
        copy_with_cell(plain_showers(), self.file, 0, 0, float("inf"))
        self.check("shower 0", "inf", inspect=False)

    def test_negative_cell(self):
        copy_with_cell(plain_showers(), self.file, 19, CENTRE, -1.0)
        self.check("shower 19", "-1", inspect=False)

    def test_incident_energy_not_positive(self):
        copy_with_energy(plain_showers(), self.file, 20, 50, -50)
        self.check("shower 0", "-50")

    def test_incident_energy_nan(self):
        copy_with_energy(plain_showers(), self.file, 20, 50, float("nan"))
        self.check("shower 0", "nan")

    def test_wrong_shape(self):
        copy_with_shape(plain_showers(), self.file, 20, (25, 25, 24))
        words = ["25", "24"]
        out = self.folder / "out"
        self.refuse(BAD_INPUT, "train", "--data", self.file, "--steps", 2, "--batch", 2, "--out", out, words=words,
                    left=["given.h5"])
        self.refuse(BAD_INPUT, "validate", "--reference", GEANT4, "--candidate", self.file, "--out", out, words=words,
                    left=["given.h5"])

    def test_mixed_shapes_name_both_files(self):
        copy_with_shape(plain_showers(), self.file, 20, (25, 25, 24))
        out = self.folder / "out"
        words = ["given.h5", GEANT4.name, "25x25x24", "25x25x25"]
        self.refuse(BAD_INPUT, "train", "--data", GEANT4, self.file, "--out", out, words=words, left=["given.h5"])
        self.refuse(BAD_INPUT, "validate", "--reference", GEANT4, self.file, "--candidate", GEANT4, "--out", out,
                    words=words, left=["given.h5"])

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_forbidden(self):
        shutil.copy(GEANT4, self.file)
        self.file.chmod(0)
        self.check("permission")


class BadWeights(CommandTest):
    """Each is refused by generate and inspect, and nothing is written."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "given.safetensors"

    def check(self, *words, left=("given.safetensors",)):
        generate = ["generate", "--model", self.file, "--energy", 50, "--count", 2, "--out", self.folder / "x.h5"]
        demo = ["demo", "--model", self.file, "--out", self.folder / "demo"]
        for arguments in [generate, demo, ["inspect", self.file]]:
            with self.subTest(arguments[0]):
                self.refuse(BAD_INPUT, *arguments, words=[self.file.name, *words], left=left)

    def test_missing(self):
        self.check(left=[])

    def test_empty(self):
        self.file.touch()
        self.check()

    def test_folder(self):
        self.file.mkdir()
        self.check("folder")

    def test_text(self):
        self.file.write_text("no weights\n" * 10)
        self.check()

    def test_showers_instead_of_weights(self):
        shutil.copy(GEANT4, self.file)
        generate = ["generate", "--model", self.file, "--energy", 50, "--out", self.folder / "x.h5"]
        self.refuse(BAD_INPUT, *generate, words=[self.file.name], left=[self.file.name])

    def test_truncated(self):
        content = MODEL.read_bytes()
        for size in [4, 1000, len(content) - 1]:
            with self.subTest(size=size):
                self.file.write_bytes(content[:size])
                self.check()

    def test_bytes_behind_the_end(self):
        self.file.write_bytes(MODEL.read_bytes() + b"\0")
        self.check()

    def test_flipped_byte(self):
        content = MODEL.read_bytes()
        # In the document, in the tensors, in the very last byte.
        for place in [content.find(b"energy"), len(content) // 2, len(content) - 1]:
            with self.subTest(place=place):
                damaged = bytearray(content)
                damaged[place] ^= 1
                self.file.write_bytes(damaged)
                self.check("damaged")

    def test_weights_of_another_program(self):
        header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
        self.file.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
        self.check("caloforge")


class Names(CommandTest):
    def test_unknown_model_suggests_the_nearest(self):
        (self.folder / "models").mkdir()
        (self.folder / "models/clic-3dgan.safetensors").symlink_to(MODEL)
        left = ["models", "models/clic-3dgan.safetensors"]
        own = {"CALOFORGE_DATA_DIR": str(self.folder)}
        self.refuse(BAD_INPUT, "generate", "--model", "clic-3dgam", "--energy", 50, "--out", self.folder / "x.h5",
                    words=["clic-3dgam", "`clic-3dgan`"], left=left, environment=own)
        self.expect(DONE, call("generate", "--model", "clic-3dgan", "--energy", 50, "--count", 1, "--out",
                               self.folder / "x.h5", environment=own))

    def test_unknown_detector_suggests_the_nearest(self):
        self.refuse(BAD_INPUT, "validate", "--reference", GEANT4, "--candidate", GEANT4, "--detector", "clic-ecl",
                    "--out", self.folder / "out", words=["clic-ecl", "`clic-ecal`"])

    def test_inspect_of_an_unknown_kind(self):
        (self.folder / "notes.md").write_text("# notes\n")
        self.refuse(BAD_INPUT, "inspect", self.folder / "notes.md", words=["notes.md"], left=["notes.md"])


if __name__ == "__main__":
    unittest.main()
