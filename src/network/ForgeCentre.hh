#pragma once

#include "network/ForgeWriter.hh"

namespace caloforge::network {

/// Which way a shower leans. Cells that are drawn independently, however well each of them, make showers
/// whose centres of energy lie too close to the impact point: in real ones what lies on one side has a common
/// cause. So two numbers are drawn for the whole shower, its centre in x and y, blurred by a
/// training (family/forge/ForgeTruth.hh), and all cells are told.
class ForgeCentre : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

    /// "centre_x" and "centre_y" (1): from the impact point to the blurred centre, cells; with an impact
    /// point, also "impact_x" and "impact_y" (1): from there to the middle of the window, cells.
    void draw();
    /// The features of group g's places, (X, Y) relative to the impact point, that say where a shower with
    /// this centre has more than one without: near it, where energy falls steeply with the distance, and far
    /// off. `x` (1, X, 1), `y` (1, 1, Y), `radius_square` (1, X, Y).
    std::vector<std::string> leanings(std::size_t g, const std::string& x, const std::string& y,
                                      const std::string& radius_square);
    /// Likewise for the way that the particle came: none for perpendicular ones. Near, far off, and how far
    /// along that way rather than beside it.
    std::vector<std::string> slants(std::size_t g, const std::string& x, const std::string& y,
                                    const std::string& radius_square);

  private:
    /// x times `along_x` plus y times `along_y`, of group g.
    std::string projected(const std::string& part, std::size_t g, const std::string& x,
                          const std::string& along_x, const std::string& y, const std::string& along_y);
    /// `x` factor / (radius_square + offset).
    std::string damped(const std::string& name, const std::string& x, const std::string& radius_square,
                       double offset, double factor);
};

}  // namespace caloforge::network
