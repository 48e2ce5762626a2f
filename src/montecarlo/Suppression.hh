#pragma once

namespace caloforge::montecarlo {

/// Functions of Landau, Pomeranchuk and Migdal (Phys. Rev. 103 (1956) 1811) in the approximations of Stanev
/// et al., Phys. Rev. D 25 (1982) 1291; good to 0.2 %.
struct Migdal {
    double xi;
    double g;
    double phi;
};

/// `s` without xi, i.e. s' of Stanev et al.; `s1` = Z^(2/3) / 184.15^2; `dielectric` multiplies s
/// (Ter-Mikaelian; 1 for none).
Migdal migdal(double s, double s1, double dielectric = 1);

}  // namespace caloforge::montecarlo
