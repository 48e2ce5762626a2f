// C++ on top of caloforge.h: a model and its workspaces as objects, errors as exceptions. C++17.
#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "caloforge.h"

namespace caloforge_api {

/// `status` of the call and its message.
class Error : public std::runtime_error {
  public:
    explicit Error(caloforge_status status) : std::runtime_error(caloforge_message()), status_(status) {}
    caloforge_status status() const { return status_; }

  private:
    caloforge_status status_;
};

inline void check(caloforge_status status) {
    if (status != CALOFORGE_DONE) throw Error(status);
}

/// A loaded model. Threads may share one.
class Model {
  public:
    explicit Model(const std::string& file) {
        caloforge_model* model = nullptr;
        check(caloforge_load(file.c_str(), &model));
        model_.reset(model);
    }
    /// Floats of one sample of a field; 0 for one that the model neither takes nor makes.
    std::size_t elements(const std::string& field) const {
        return caloforge_elements(model_.get(), field.c_str());
    }
    std::string describe() const { return caloforge_describe(model_.get()); }
    const caloforge_model* get() const { return model_.get(); }

  private:
    struct Free {
        void operator()(caloforge_model* model) const { caloforge_free(model); }
    };
    std::unique_ptr<caloforge_model, Free> model_;
};

/// Values of fields by name, (N, shape...).
using Fields = std::map<std::string, std::vector<float>>;

/// Makes samples, one thread at a time.
class Generator {
  public:
    explicit Generator(const Model& model) : showers_("showers", model.elements("showers")) {
        caloforge_workspace* workspace = nullptr;
        check(caloforge_workspace_new(model.get(), &workspace));
        workspace_.reset(workspace);
    }
    /// (N, cells), GeV: a shower for each key, from the conditions that are given; others are drawn.
    std::vector<float> operator()(const std::vector<caloforge_key>& keys, const Fields& conditions) {
        std::vector<caloforge_given> given;
        for (const auto& condition : conditions)
            given.push_back({condition.first.c_str(), condition.second.data(), condition.second.size()});
        std::vector<float> out(keys.size() * showers_.second);
        const caloforge_wanted wanted = {showers_.first.c_str(), out.data(), out.size()};
        check(caloforge_generate(workspace_.get(), keys.data(), keys.size(), given.data(), given.size(),
                                 &wanted, 1));
        return out;
    }
    /// The same for numbers first, first + 1, ... of a seed, one for each incident energy (GeV).
    std::vector<float> operator()(std::uint64_t seed, std::uint64_t first, const std::vector<float>& energies) {
        std::vector<caloforge_key> keys;
        for (std::size_t i = 0; i < energies.size(); ++i) keys.push_back({seed, first + i});
        return (*this)(keys, {{"energy", energies}});
    }

  private:
    struct Free {
        void operator()(caloforge_workspace* workspace) const { caloforge_workspace_free(workspace); }
    };
    std::pair<std::string, std::size_t> showers_;
    std::unique_ptr<caloforge_workspace, Free> workspace_;
};

}  // namespace caloforge_api
