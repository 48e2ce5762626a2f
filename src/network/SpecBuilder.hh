#pragma once

#include <map>
#include <string>
#include <vector>

#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// Puts a network together, following the shapes: what does not fit is refused where it is added.
class SpecBuilder {
  public:
    explicit SpecBuilder(std::string name) { spec_.name = std::move(name); }

    SpecBuilder& input(const Port& port);
    /// Returns the layer's name. Throws InputError for an input that nothing before makes, and as
    /// plan_layer() does.
    std::string add(const std::string& name, const std::string& type, std::vector<std::string> inputs,
                    core::Json parameters = core::Json::object());

    /// For chains: the next then() reads `name`.
    SpecBuilder& from(const std::string& name);
    /// A layer on top of the one before.
    SpecBuilder& then(const std::string& name, const std::string& type,
                      core::Json parameters = core::Json::object());

    SpecBuilder& output(const std::string& name, const std::string& unit);

    /// Of an input or a layer.
    const Shape& shape(const std::string& name) const;
    /// The network; nothing more may be added.
    NetworkSpec build() { return std::move(spec_); }

  private:
    NetworkSpec spec_;
    std::map<std::string, Shape> shapes_;
    std::string top_;
};

}  // namespace caloforge::network
