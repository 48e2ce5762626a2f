#!/usr/bin/env python3
"""Writes src/montecarlo/ElementTable.cc: what the Monte Carlo knows of the elements H to U.

Photoelectric cross-sections and shell energies come from xraylib (pip install xraylib xraydb; Schoonjans et al.,
Spectrochim. Acta B 66 (2011) 776), whose photoelectric table is that of McMaster/Elam below 800 keV; atomic masses
come from xraydb. Between two shell energies the logarithm of the cross-section is a quartic of the logarithm of the
energy, fitted here 1 % away from the edges (the table steps a few eV beside them). Mean excitation energies: ICRU
report 37 (1984).

Usage: scripts/fit_photoelectric.py > src/montecarlo/ElementTable.cc
"""
import sys

import numpy as np
import xraydb
import xraylib

MEAN_EXCITATION_EV = [
    19.2, 41.8, 40.0, 63.7, 76.0, 81.0, 82.0, 95.0, 115.0, 137.0, 149.0, 156.0, 166.0, 173.0, 173.0, 180.0, 174.0,
    188.0, 190.0, 191.0, 216.0, 233.0, 245.0, 257.0, 272.0, 286.0, 297.0, 311.0, 322.0, 330.0, 334.0, 350.0, 347.0,
    348.0, 343.0, 352.0, 363.0, 366.0, 379.0, 393.0, 417.0, 424.0, 428.0, 441.0, 449.0, 470.0, 470.0, 469.0, 488.0,
    488.0, 487.0, 485.0, 491.0, 482.0, 488.0, 491.0, 501.0, 523.0, 535.0, 546.0, 560.0, 574.0, 580.0, 591.0, 614.0,
    628.0, 650.0, 658.0, 674.0, 684.0, 694.0, 705.0, 718.0, 727.0, 736.0, 746.0, 757.0, 790.0, 790.0, 800.0, 810.0,
    823.0, 823.0, 830.0, 825.0, 794.0, 827.0, 826.0, 841.0, 847.0, 878.0, 890.0]
LOW_KEV, HIGH_KEV = 1.0, 790.0
SHELLS = [getattr(xraylib, name + '_SHELL') for name in ('K', 'L1', 'L2', 'L3', 'M1', 'M2', 'M3', 'M4', 'M5')]


def barn_per_atom(z, kev):
    return xraylib.CSb_Photo(z, float(kev))


def fits(z):
    """[(lower edge in keV, four coefficients, deviation)] from the K shell down."""
    edges = []
    for shell in SHELLS:
        try:
            edges.append(xraylib.EdgeEnergy(z, shell))
        except ValueError:
            pass
    edges = [edge for edge in edges if edge > LOW_KEV * 1.02] + [LOW_KEV]
    out, top = [], HIGH_KEV
    for edge in edges:
        if top / edge < 1.03:
            continue
        kev = np.geomspace(edge * 1.01, top * 0.99, 200)
        x = np.log(kev * 1e-3)
        y = np.log([barn_per_atom(z, e) for e in kev])
        degree = 4 if top / edge > 1.5 else 1
        c = np.polyfit(x, y, degree)[::-1]
        worst = np.max(np.abs(np.exp(np.polyval(c[::-1], x) - y) - 1))
        out.append((edge, list(c) + [0.0] * (4 - degree), worst))
        top = edge
    return out


def main():
    print("""// Written by scripts/fit_photoelectric.py; sources and method are stated there. Do not edit.
#include "montecarlo/Element.hh"

namespace caloforge::montecarlo {

// clang-format off
const std::vector<ElementData>& element_table() {
    static const std::vector<ElementData> table = {""")
    worst = 0.0
    for z in range(1, 93):
        print(f'        {{"{xraylib.AtomicNumberToSymbol(z)}", {xraydb.atomic_mass(z):.4f}, '
              f'{MEAN_EXCITATION_EV[z - 1]}, {{')
        for edge, c, deviation in fits(z):
            worst = max(worst, deviation)
            print(f'            {{{edge * 1e-3:.6g}, {{' + ', '.join(f'{v:.6g}' for v in c) + '}},')
        print('        }},')
    print("""    };
    return table;
}
// clang-format on

}  // namespace caloforge::montecarlo""")
    print(f'largest deviation of a fit: {100 * worst:.1f} %', file=sys.stderr)


if __name__ == '__main__':
    main()
