// C++ on top of caloforge.h: a model and its workspaces as objects, errors as exceptions. C++17.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
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
    std::size_t cells() const { return caloforge_cells(model_.get()); }
    std::string describe() const { return caloforge_describe(model_.get()); }
    const caloforge_model* get() const { return model_.get(); }

  private:
    struct Free {
        void operator()(caloforge_model* model) const { caloforge_free(model); }
    };
    std::unique_ptr<caloforge_model, Free> model_;
};

/// Makes showers, one thread at a time. The model has to outlive it.
class Generator {
  public:
    explicit Generator(const Model& model) : model_(&model) {
        caloforge_workspace* workspace = nullptr;
        check(caloforge_workspace_new(model.get(), &workspace));
        workspace_.reset(workspace);
    }
    /// (N, cells), GeV: showers first, first + 1, ... of the run `seed`, one for each incident energy (GeV).
    /// `impacts`: x0, y0 of each shower, mm, or empty: drawn. Throws std::invalid_argument for another number.
    std::vector<float> operator()(std::uint64_t seed, std::uint64_t first, const std::vector<float>& energies,
                                  const std::vector<float>& impacts = {}) {
        if (!impacts.empty() && impacts.size() != 2 * energies.size())
            throw std::invalid_argument("two numbers are wanted for every impact point");
        std::vector<float> showers(energies.size() * model_->cells());
        check(caloforge_generate_at(model_->get(), workspace_.get(), seed, first, energies.data(),
                                    impacts.empty() ? nullptr : impacts.data(), energies.size(),
                                    showers.data(), showers.size()));
        return showers;
    }

  private:
    struct Free {
        void operator()(caloforge_workspace* workspace) const { caloforge_workspace_free(workspace); }
    };
    const Model* model_;
    std::unique_ptr<caloforge_workspace, Free> workspace_;
};

}  // namespace caloforge_api
