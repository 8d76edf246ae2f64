# SPDX-License-Identifier: MIT
#
# Terraform: a user pool for ssh, its app client and its domain. docs/user-pool.md explains each
# setting; user-pool.yaml has the same for CloudFormation.
#
#   terraform init && terraform apply -var domain_prefix=example
#
# For a pool that you have already, keep the client and the domain, and set user_pool_id to its id.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}

variable "domain_prefix" {
  type        = string
  description = "The first label of the managed login domain; unique in the Region"
}

variable "rotate_refresh_tokens" {
  type        = bool
  description = "Whether each refresh returns a new refresh token"
  default     = false
}

data "aws_region" "current" {}

resource "aws_cognito_user_pool" "ssh" {
  name                = "ssh"
  deletion_protection = "ACTIVE"

  # Nobody can sign up: a user name in this pool is an account name on the hosts.
  admin_create_user_config {
    allow_admin_create_user_only = true
  }

  # People enrol an authenticator app at their first sign-in.
  mfa_configuration = "ON"
  software_token_mfa_configuration {
    enabled = true
  }

  auto_verified_attributes = ["email"]
}

resource "aws_cognito_user_pool_client" "ssh" {
  user_pool_id                         = aws_cognito_user_pool.ssh.id
  name                                 = "ssh"
  generate_secret                      = false
  enable_token_revocation              = true
  supported_identity_providers         = ["COGNITO"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid"]
  callback_urls = [
    "http://localhost:28090/callback",
    "http://localhost:28091/callback",
    "http://localhost:28092/callback",
  ]

  # A client that rotates refresh tokens cannot have ALLOW_REFRESH_TOKEN_AUTH.
  explicit_auth_flows = (var.rotate_refresh_tokens
    ? ["ALLOW_USER_SRP_AUTH"]
    : ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  )
  dynamic "refresh_token_rotation" {
    for_each = var.rotate_refresh_tokens ? [60] : []
    content {
      feature                    = "ENABLED"
      retry_grace_period_seconds = refresh_token_rotation.value
    }
  }

  read_attributes        = ["email"]
  id_token_validity      = 60
  access_token_validity  = 60
  refresh_token_validity = 30
  token_validity_units {
    id_token      = "minutes"
    access_token  = "minutes"
    refresh_token = "days"
  }
}

resource "aws_cognito_user_pool_domain" "ssh" {
  user_pool_id = aws_cognito_user_pool.ssh.id
  domain       = var.domain_prefix
  # 1 is the classic hosted UI; 2 shows nothing until the client has a branding style.
  managed_login_version = 1
}

# What hosts and laptops need: user_pool, client_id, and for laptops domain.
output "user_pool_id" {
  value = aws_cognito_user_pool.ssh.id
}

output "client_id" {
  value = aws_cognito_user_pool_client.ssh.id
}

output "domain" {
  value = "${aws_cognito_user_pool_domain.ssh.domain}.auth.${data.aws_region.current.name}.amazoncognito.com"
}
